import { spawn } from "node:child_process";
import { butane, type Translation, type Verdict, validate } from "../../provider/ignition/engine";
import type { Case } from "./case";

/** What a command line tool left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Tools {
  readonly validate: string;
  readonly butane: string;
}

/** What the native tool says. */
export function native(tools: Tools, { tool, text }: Case, filesDirectory: string): Promise<Outcome> {
  const argv = tool === "validate" ? ["-"] : ["--raw", "--raw-errors", "--files-dir", filesDirectory];
  return new Promise((resolve, reject) => {
    const child = spawn(tools[tool], argv);
    const printed = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        printed[stream] += chunk;
      });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, ...printed }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(text);
  });
}

/** What this package says, in the form in which that tool would have said it. */
export async function ours({ tool, text }: Case, filesDirectory: string): Promise<Outcome> {
  return tool === "validate" ? asValidate(await validate(text)) : asButane(await butane(text, filesDirectory));
}

function asValidate({ entries, fatal, error }: Verdict): Outcome {
  const report = entries.map(({ text }) => `${text}\n`).join("");
  // The tool prints the report as a format string, which loses the line ends around it.
  const stdout = report === "" ? "" : `${report.trim()}\n`;
  const stderr = !fatal && error !== undefined ? `couldn't parse config: ${error}\n` : "";
  return { code: fatal || error !== undefined ? 1 : 0, stdout, stderr };
}

function asButane({ entries, error, config }: Translation): Outcome {
  const report = entries.map(({ text }) => `${text}\n`).join("");
  if (error !== undefined) return { code: 1, stdout: "", stderr: `${report}Error translating config: ${error}\n` };
  return { code: 0, stdout: `${config}\n`, stderr: report };
}

/** How two outcomes differ; undefined where they don't. */
export function difference(expected: Outcome, found: Outcome): string | undefined {
  for (const key of ["code", "stdout", "stderr"] as const) {
    const [wanted, got] = [settled(String(expected[key])), settled(String(found[key]))];
    if (wanted !== got && !isMangled(wanted, got))
      return `${key}: native ${JSON.stringify(wanted)}, ours ${JSON.stringify(got)}`;
  }
  return undefined;
}

/** The native tools report unused keys in the order of a Go map, which is another one each time. */
const settled = (report: string) =>
  report.replace(/(?:^warning at .*: unused key .*\n)+/gm, (run) => run.split("\n").sort().join("\n"));

/** A "%" in the report is taken for a format by the native tool itself ("%!a(MISSING)"): there the rest must be equal. */
function isMangled(wanted: string, got: string): boolean {
  if (!wanted.includes("%!")) return false;
  const pattern = wanted
    .split(/%!.?\(\w+\)/)
    .map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("%.*");
  return new RegExp(`^${pattern}$`, "s").test(got);
}
