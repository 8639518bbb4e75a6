/** A machine holds its config in memory while it starts, and every machine fetches it: larger contents belong elsewhere. */
const largest = 8 << 20;

const forbidden = new Set(["__proto__", "constructor", "prototype"]);

/** Why a text is not even shown to Ignition; undefined where it is. */
export function inputProblem(text: string): string | undefined {
  const size = Buffer.byteLength(text);
  if (size > largest)
    return (
      `error: is ${(size / (1 << 20)).toFixed(1)} MiB, more than the ${largest >> 20} MiB that a config may have: ` +
      "let the machine fetch large files (storage.files with contents.source and contents.verification.hash)"
    );
  const nul = text.indexOf("\0");
  if (nul >= 0) return `error at ${position(text, nul)}: holds a NUL byte: it is not text`;
  const replaced = text.indexOf("\ufffd");
  if (replaced >= 0) return `error at ${position(text, replaced)}: holds bytes that are not UTF-8: it is not text`;
  return undefined;
}

/** The path of a key that would reach into JavaScript's own objects; undefined where there is none. */
export function forbiddenKey(value: unknown, path = "$"): string | undefined {
  const pending: [unknown, string][] = [[value, path]];
  for (let item = pending.pop(); item; item = pending.pop()) {
    const [here, at] = item;
    if (here === null || typeof here !== "object") continue;
    for (const [key, inner] of Object.entries(here)) {
      if (forbidden.has(key)) return `${at}.${key}`;
      pending.push([inner, `${at}.${key}`]);
    }
  }
  return undefined;
}

/** "line 3 col 7", counted from 1, in the words of Ignition's own messages. */
export function position(text: string, index: number): string {
  const before = text.slice(0, index).split("\n");
  return `line ${before.length} col ${before.at(-1)!.length + 1}`;
}
