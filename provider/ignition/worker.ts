import { parentPort, workerData } from "node:worker_threads";

/** As much of the global as is used here: TypeScript has its types only together with the browser's. */
declare const WebAssembly: {
  instantiate(module: object, imports: object): Promise<{ readonly exports: object }>;
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  request_buffer(size: number): number;
  response_pointer(): number;
  validate(size: number): number;
  butane(size: number): number;
  merge(size: number): number;
  gzip(size: number): number;
}

export interface Call {
  readonly what: "validate" | "butane" | "merge" | "gzip";
  readonly input: Uint8Array;
}

/** Serves calls one by one; an answer is JSON text, that of gzip bytes. A trap inside the module ends the worker, whose memory it leaves unusable. */
async function serve(): Promise<void> {
  // The root is opened so that Butane can read what `local:` names; Butane itself keeps it inside its directory.
  const wasi = new (wasiQuietly().WASI)({ version: "preview1", preopens: { "/": "/" } });
  const instance = await WebAssembly.instantiate(workerData, wasi.getImportObject());
  wasi.initialize(instance);
  const wasm = instance.exports as Exports;
  parentPort!.on("message", ({ what, input }: Call) => {
    const at = wasm.request_buffer(input.length) >>> 0;
    new Uint8Array(wasm.memory.buffer, at, input.length).set(input);
    const size = wasm[what](input.length) >>> 0;
    const answer = new Uint8Array(wasm.memory.buffer, wasm.response_pointer() >>> 0, size);
    parentPort!.postMessage(what === "gzip" ? answer.slice() : new TextDecoder().decode(answer));
  });
}

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

void serve();
