import { spawnSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cacheDirectory } from "../provider/directories";
import { packageRoot } from "../provider/packageRoot";
import { pulumiEnvironment } from "./environment";
import { runHere } from "./run";

const stack = "dev";

/** Runs the Pulumi CLI on the quickstart's project, with this terminal as its own. */
export const pulumi = (...args: string[]) => runHere("pulumi", ["--cwd", packageRoot, ...args], pulumiEnvironment());

export async function selectStack(): Promise<void> {
  const args = ["--cwd", packageRoot, "stack", "select", "--create", stack];
  const { status, stderr } = spawnSync("pulumi", args, { env: pulumiEnvironment(), encoding: "utf8" });
  if (status !== 0) throw new Error(`pulumi stack select failed: ${stderr}`);
}

export function stackOutputs(): Record<string, unknown> {
  const args = ["--cwd", packageRoot, "stack", "output", "--json", "--stack", stack];
  const { status, stdout, stderr } = spawnSync("pulumi", args, { env: pulumiEnvironment(), encoding: "utf8" });
  if (status !== 0) throw new Error(`pulumi stack output failed: ${stderr}`);
  return JSON.parse(stdout);
}

export async function forgetStack(): Promise<void> {
  const args = ["--cwd", packageRoot, "stack", "rm", "--yes", stack];
  spawnSync("pulumi", args, { env: pulumiEnvironment(), stdio: "ignore" });
  await rm(join(cacheDirectory(), "quickstart"), { recursive: true, force: true });
}
