import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { cacheDirectory } from "../provider/directories";
import { run } from "../provider/lab/sample/run";
import { goBuild } from "./go";

/** The newest versions that can be had as Go modules; this language host works with that CLI and with today's SDK. */
const cliVersion = "v3.250.0";
const languageHostVersion = "v3.66.0";

const builtDirectory = () => join(cacheDirectory(), "pulumi", cliVersion);
const installedDirectory = () => join(cacheDirectory(), "pulumi", "installed");

/** The directory that holds `pulumi` and its Node.js language host; undefined where they have to be made first. */
export function pulumiDirectory(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).find((directory) => isComplete(directory));
  return onPath ?? [join(installedDirectory(), "bin"), builtDirectory()].find(isComplete);
}

const isComplete = (directory: string) =>
  ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"].every((name) =>
    existsSync(join(directory, name)),
  );

/** Takes the user's own CLI, else the official download, else builds the same from its Go modules. */
export async function requirePulumi(log: (line: string) => void): Promise<void> {
  if (pulumiDirectory()) return;
  if (download(log)) return;
  await build(log);
}

function download(log: (line: string) => void): boolean {
  const installer = spawnSync("curl", [
    "-fsSL",
    "--connect-timeout",
    "5",
    "--max-time",
    "20",
    "https://get.pulumi.com",
  ]);
  if (installer.status !== 0) return false;
  log("installing the Pulumi CLI with its official installer (about a minute)");
  const args = ["-s", "--", "--no-edit-path", "--install-root", installedDirectory()];
  spawnSync("sh", args, { input: installer.stdout, stdio: ["pipe", "ignore", "ignore"], timeout: 300_000 });
  return pulumiDirectory() !== undefined;
}

async function build(log: (line: string) => void): Promise<void> {
  log("the Pulumi CLI can't be downloaded here: building it from its Go modules (six to ten minutes, once)");
  const work = await mkdtemp(join(tmpdir(), "pulumi-cli-"));
  const out = join(work, "out");
  try {
    const cli = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
    const stamp = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${cliVersion}`;
    await goBuild({ module: join(work, "host"), path: host, version: languageHostVersion, out });
    await goBuild({ module: join(work, "cli"), path: cli, version: cliVersion, out, ldflags: stamp });
    const sdk = await run("go", ["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], {
      cwd: join(work, "host"),
    });
    await copyFile(
      join(sdk.trim(), "nodejs", "dist", "pulumi-resource-pulumi-nodejs"),
      join(out, "pulumi-resource-pulumi-nodejs"),
    );
    await chmod(join(out, "pulumi-resource-pulumi-nodejs"), 0o755);
    await mkdir(join(cacheDirectory(), "pulumi"), { recursive: true });
    await moveInto(out, builtDirectory());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Into place as a whole, from another file system too; of two builders at once one is merely late. */
async function moveInto(from: string, to: string): Promise<void> {
  const beside = `${to}.${process.pid}`;
  await run("cp", ["-r", from, beside]);
  await rename(beside, to).catch(async () => rm(beside, { recursive: true, force: true }));
}
