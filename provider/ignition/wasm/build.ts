import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { cacheDirectory } from "../../directories";
import { packageRoot } from "../../packageRoot";
import { wasmAsset } from "../engine";

const sources = ["go.mod", "go.sum", "main.go"];
const sourceDirectory = join(packageRoot, "provider", "ignition", "wasm");
const ignition = "github.com/coreos/ignition/v2";
const run = promisify(execFile);

/** What the Go commands below depend on: the digest under which their results are cached. */
export async function sourceDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of sources) hash.update(await readFile(join(sourceDirectory, name))).update("\0");
  return hash.digest("hex").slice(0, 16);
}

/**
 * Makes the WebAssembly module that this package ships, from the Go sources beside this file; needs Go, but only where these
 * sources changed since the last time. Returns the path of the asset.
 */
export async function buildIgnitionWasm({ log }: { log: (line: string) => void }): Promise<string> {
  const cached = join(cacheDirectory(), "ignition", `${await sourceDigest()}.wasm.gz`);
  if (!(await exists(cached))) {
    log("building Ignition and Butane as WebAssembly (about half a minute, once)");
    await intoCache(cached, async (output) => {
      await go(["build", "-trimpath", "-buildmode=c-shared", "-ldflags=-s -w", "-o", output, "."], {
        GOOS: "wasip1",
        GOARCH: "wasm",
      });
      await writeFile(output, await promisify(gzip)(await readFile(output), { level: 9 }));
    });
  }
  await mkdir(dirname(wasmAsset), { recursive: true });
  await copyFile(cached, `${wasmAsset}.new`);
  await rename(`${wasmAsset}.new`, wasmAsset);
  await copySchemas();
  return wasmAsset;
}

/** Ignition's JSON schema of each spec, out of the same Go module. */
async function copySchemas(): Promise<void> {
  const target = join(dirname(wasmAsset), "schema");
  if (await exists(join(target, "3.6.0.json"))) return;
  await go(["mod", "download", ignition]); // the cache may hold the result of a build whose sources are gone
  const module = (await run("go", ["list", "-m", "-f", "{{.Dir}}", ignition], { cwd: sourceDirectory })).stdout.trim();
  await mkdir(target, { recursive: true });
  for (const minor of [0, 1, 2, 3, 4, 5, 6]) {
    const schema = await readFile(join(module, "config", `v3_${minor}`, "schema", "ignition.json"));
    await writeFile(join(target, `3.${minor}.0.json`), schema);
  }
}

/** The native command line tools of the same Go module: what the tests hold the WebAssembly module's verdicts against. */
export async function buildNativeTools({ log }: { log: (line: string) => void }) {
  const directory = join(cacheDirectory(), "ignition", await sourceDigest());
  const tools = { validate: join(directory, "ignition-validate"), butane: join(directory, "butane") };
  const packages = { validate: "validate", butane: "butane/internal" } as const;
  for (const name of ["validate", "butane"] as const) {
    if (await exists(tools[name])) continue;
    log(`building the native ${name} (a few seconds, once)`);
    await intoCache(tools[name], (output) => go(["build", "-trimpath", "-o", output, `${ignition}/${packages[name]}`]));
  }
  return tools;
}

async function go(args: string[], environment: Record<string, string> = {}): Promise<void> {
  await run("go", args, { cwd: sourceDirectory, env: { ...process.env, ...environment } });
}

async function intoCache(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const directory = await mkdtemp(join(tmpdir(), "ignition-"));
  try {
    await make(join(directory, "result"));
    await copyFile(join(directory, "result"), `${path}.${process.pid}`);
    await rename(`${path}.${process.pid}`, path);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
