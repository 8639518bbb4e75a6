import { isUtf8 } from "node:buffer";

/** Contents in the one form that this package writes (RFC 2397): text percent-encoded where that is short, else base64. */
export function dataUrl(contents: string | Buffer): string {
  const bytes = Buffer.from(contents as string);
  const base64 = `data:;base64,${bytes.toString("base64")}`;
  if (!isUtf8(bytes)) return base64;
  const text = `data:,${encodeURIComponent(bytes.toString())}`;
  return text.length <= base64.length ? text : base64;
}

/** The bytes of a data URL that Ignition has accepted; undefined where it is none. */
export function readDataUrl(url: string): Buffer | undefined {
  const match = /^data:([^,]*),(.*)$/is.exec(url);
  if (!match) return undefined;
  const bytes = percentDecoded(match[2]!);
  return /;\s*base64\s*$/i.test(match[1]!) ? Buffer.from(bytes.toString("latin1"), "base64") : bytes;
}

/** Byte by byte: decodeURIComponent refuses what is not UTF-8. */
function percentDecoded(text: string): Buffer {
  if (!text.includes("%")) return Buffer.from(text);
  const latin1 = Buffer.from(text).toString("latin1");
  return Buffer.from(
    latin1.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
}
