import { join } from "node:path";
import { run } from "../../provider/lab/sample/run";
import { packageRoot } from "../../provider/packageRoot";

export const clients = 64;

/** Bytes a second that a server gives to 64 clients at once, each of which takes one of these files after the other. */
export async function bytesPerSecond(port: number, paths: readonly string[], seconds: number): Promise<number> {
  const script = join(packageRoot, "bench/assets/storm.py");
  const said = JSON.parse(await run("python3", [script, String(port), String(clients), String(seconds), ...paths]));
  return said.bytes / said.seconds;
}

export interface Questions {
  /** A path with "%m" for a machine's MAC address, or "%s" for one of `list` after the other. */
  readonly path: string;
  readonly list?: readonly string[];
  /** How many machines there are, or entries in the list. */
  readonly count: number;
}

/** Answers a second that a server gives to 64 clients at once, each of which asks again as soon as it was answered. */
export async function requestsPerSecond(
  port: number,
  { path, list = [], count }: Questions,
  seconds: number,
): Promise<number> {
  const settings = ["--threads=2", `--connections=${clients}`, `--duration=${seconds}s`, "--timeout=300s"];
  const script = join(packageRoot, "bench/assets/storm.lua");
  const to = `http://127.0.0.1:${port}`;
  const said = await run("wrk", [...settings, `--script=${script}`, to, "--", path, String(count), ...list]);
  const result = JSON.parse(said.trim().split("\n").at(-1)!);
  if (result.failed > 0 || result.requests === 0)
    throw new Error(`${result.failed} requests for ${path} failed, ${result.requests} did not`);
  return result.requests / result.seconds;
}
