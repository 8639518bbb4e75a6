import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { packageRoot } from "../packageRoot";

export const wasmAsset = join(packageRoot, "provider", "ignition", "assets", "ignition.wasm.gz");

/** One line of a report, as Ignition's own code words and places it. */
export interface ReportEntry {
  readonly kind: "error" | "warning" | "info";
  readonly message: string;
  /** "$.storage.files.0.path" */
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

/** Ignition and Butane v2.27, the very code that runs on machines. Calls are synchronous: milliseconds for common sizes. */
export interface Engine {
  /** What `ignition-validate` says about a config. */
  validate(config: string | Uint8Array): Verdict;
  /** What `butane --raw --files-dir` makes of a config; without a directory `local:` is refused. */
  butane(source: string | Uint8Array, filesDirectory?: string): Translation;
  /** The configs merged in order, later over earlier, at the newest spec of the module, and the verdict on the result. */
  merge(configs: readonly string[]): Translation;
}

let warm: Promise<Engine> | undefined;

/** The one instance of this process, started at the first call (half a second). */
export const ignitionEngine = (): Promise<Engine> => {
  warm ??= start();
  return warm;
};

/** As much of the global as is used here: TypeScript has its types only together with the browser's. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ readonly exports: object }>;
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  request_buffer(size: number): number;
  response_pointer(): number;
  validate(size: number): number;
  butane(size: number): number;
  merge(size: number): number;
}

async function start(): Promise<Engine> {
  const module = await WebAssembly.compile(await promisify(gunzip)(await readFile(wasmAsset)));
  // The root is opened so that Butane can read what `local:` names; Butane itself keeps it inside its directory.
  const wasi = new (wasiQuietly().WASI)({ version: "preview1", preopens: { "/": "/" } });
  const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
  wasi.initialize(instance);
  const wasm = instance.exports as unknown as Exports;

  const call = <T>(what: "validate" | "butane" | "merge", input: Uint8Array): T => {
    const at = wasm.request_buffer(input.length) >>> 0;
    new Uint8Array(wasm.memory.buffer, at, input.length).set(input);
    const size = wasm[what](input.length) >>> 0;
    const answer = new Uint8Array(wasm.memory.buffer, wasm.response_pointer() >>> 0, size);
    return JSON.parse(new TextDecoder().decode(answer)) as T;
  };
  return {
    validate: (config) => call("validate", bytes(config)),
    butane: (source, filesDirectory = "") =>
      call("butane", Buffer.concat([Buffer.from(`${filesDirectory}\0`), bytes(source)])),
    merge: (configs) => call("merge", bytes(JSON.stringify(configs))),
  };
}

const bytes = (text: string | Uint8Array) => (typeof text === "string" ? Buffer.from(text) : text);

/** Node says on standard error that WASI is experimental, which would stand as a warning in every preview. */
function wasiQuietly(): typeof import("node:wasi") {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return require("node:wasi");
  } finally {
    process.emitWarning = emitWarning;
  }
}
