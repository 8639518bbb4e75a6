import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { gunzip } from "node:zlib";
import { packageRoot } from "../packageRoot";
import type { Call } from "./worker";

export const wasmAsset = join(packageRoot, "provider", "ignition", "assets", "ignition.wasm.gz");

/** One line of a report, as Ignition's own code words and places it. */
export interface ReportEntry {
  readonly kind: "error" | "warning" | "info";
  readonly message: string;
  /** "$.storage.files.0.path"; empty where it is about the whole. */
  readonly path: string;
  /** Where in the text it is, counted from 1; absent where Ignition does not know. */
  readonly at?: { readonly line: number; readonly column: number };
  /** The whole line that the command line tools print. */
  readonly text: string;
}

export interface Verdict {
  readonly entries: readonly ReportEntry[];
  readonly fatal: boolean;
  /** What the tools print after the report, where the config could not be taken at all. */
  readonly error?: string;
}

/** A verdict, and the config that came out, where one did. */
export interface Translation extends Verdict {
  readonly config?: string;
}

/** What `ignition-validate` says about a config, from the very code that reads it on the machine. */
export const validate = (config: string | Uint8Array): Promise<Verdict> =>
  ask({ what: "validate", input: bytes(config) });

/** What `butane --raw --files-dir` makes of a config; without a directory `local:` is refused. */
export const butane = (source: string | Uint8Array, filesDirectory = ""): Promise<Translation> =>
  ask({ what: "butane", input: Buffer.concat([Buffer.from(`${filesDirectory}\0`), bytes(source)]) });

/** Valid configs merged in order, later over earlier, as a booting machine does it. Nothing is judged. */
export const merge = (configs: readonly string[]): Promise<Translation> =>
  ask({ what: "merge", input: bytes(JSON.stringify(configs)) });

/** Compresses, always to the same bytes. */
export const gzip = (content: Uint8Array): Promise<Uint8Array> => ask({ what: "gzip", input: content });

let digest: string | undefined;

/** Which code the verdicts come from: what was found by another must not be believed. */
export function engineDigest(): string {
  digest ??= createHash("sha256").update(readFileSync(wasmAsset)).digest("hex");
  return digest;
}

const bytes = (text: string | Uint8Array) => (typeof text === "string" ? Buffer.from(text) : text);

/** As much of the global as is used here: TypeScript has its types only together with the browser's. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

interface Job {
  readonly call: Call;
  resolve(answer: unknown): void;
  reject(problem: Error): void;
}

const waiting: Job[] = [];
const idle: Worker[] = [];
let workers = 0;
let compiled: Promise<object> | undefined;

/** How many calls a process must have made before a second worker is worth the half second that it takes to start. */
const patience = 20;
let calls = 0;

function ask<T>(call: Call): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    waiting.push({ call, resolve: resolve as Job["resolve"], reject });
    calls++;
    if (idle.length > 0) next(idle.pop()!);
    else if (workers === 0 || (calls > patience && workers < availableParallelism())) start().catch(reject);
  });
}

function next(worker: Worker): void {
  const job = waiting.shift();
  if (!job) {
    worker.unref();
    idle.push(worker);
    return;
  }
  worker.ref();
  const gaveUp = (why: string) => {
    worker.removeAllListeners("message").removeAllListeners("exit");
    workers--;
    const error = `Ignition's code gave up on it (${why}): it is nested too deeply or too large`;
    job.resolve({ entries: [], fatal: true, error });
    if (waiting.length > 0 && workers === 0) start().catch(waiting[0]!.reject);
  };
  worker.once("message", (answer: string | Uint8Array) => {
    worker.removeAllListeners("error").removeAllListeners("exit");
    job.resolve(typeof answer === "string" ? JSON.parse(answer) : answer);
    next(worker);
  });
  worker.once("error", (trap: unknown) => gaveUp(trap instanceof Error ? trap.message : String(trap)));
  worker.once("exit", (code: number) => gaveUp(`it exited with ${code}`));
  worker.postMessage(job.call);
}

async function start(): Promise<void> {
  workers++;
  try {
    compiled ??= promisify(gunzip)(await readFile(wasmAsset)).then((code) => WebAssembly.compile(code));
    // Ignition's parsers are recursive: as deep as a config may be, the stack must be.
    const options = { workerData: await compiled, resourceLimits: { stackSizeMb: 128 } };
    next(new Worker(join(__dirname, "worker.js"), options));
  } catch (problem) {
    workers--;
    throw problem;
  }
}
