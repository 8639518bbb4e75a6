import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../provider/lab/sample/run";

const oldest = [1, 25] as const;

/** Go builds Ignition (for the lab's release and as WebAssembly) and, where it can't be downloaded, the Pulumi CLI. */
export async function requireGo(): Promise<void> {
  const { stdout } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  const match = /go(\d+)\.(\d+)/.exec(stdout ?? "");
  const wanted = oldest.join(".");
  if (!match) throw new Error(`Go ${wanted} or newer is needed on PATH: see go.dev/doc/install`);
  if (Number(match[1]) === oldest[0] && Number(match[2]) < oldest[1])
    throw new Error(`Go ${wanted} or newer is needed, this is ${match[0]}: see go.dev/doc/install`);
}

interface GoCommand {
  /** An empty directory for the module that is made to build the command in. */
  readonly module: string;
  /** The command's import path. */
  readonly path: string;
  readonly version: string;
  /** Directory that the executable goes to. */
  readonly out: string;
  readonly ldflags?: string;
  /** `replace` directives that the command's own module relies on. */
  readonly replace?: readonly string[];
}

/** `go install path@version` refuses nested modules and such with a `replace`: a module that imports the command is made. */
export async function goBuild({ module, path, version, out, ldflags = "", replace = [] }: GoCommand): Promise<void> {
  await mkdir(module, { recursive: true });
  const directives = replace.map((directive) => `replace ${directive}\n`).join("");
  await writeFile(join(module, "go.mod"), `module build\n\ngo 1.25\n\n${directives}`);
  await writeFile(join(module, "tools.go"), `//go:build tools\n\npackage tools\n\nimport _ "${path}"\n`);
  await run("go", ["get", `${path}@${version}`], { cwd: module });
  await run("go", ["build", "-trimpath", "-ldflags", `-s -w ${ldflags}`, "-o", `${out}/`, path], { cwd: module });
}
