import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** What a thread is asked about a file: to begin with it, to read on, or to end, once with each suffix behind the file's bytes. */
export interface HashRequest {
  readonly id: number;
  readonly begin?: { readonly path: string; readonly algorithm: string };
  /** How many bytes of the file there are by now. */
  readonly have?: number;
  readonly suffixes?: readonly Uint8Array[];
}

export interface HashAnswer {
  readonly id: number;
  /** Hex, one for each suffix. */
  readonly digests?: readonly string[];
  readonly error?: string;
}

interface Reading {
  readonly file: number;
  readonly hash: Hash;
  at: number;
}

const readings = new Map<number, Reading>();
/** One for all: files don't go through the memory that is collected. */
const block = Buffer.allocUnsafeSlow(1 << 20);

parentPort!.on("message", (request: HashRequest) => {
  const { id } = request;
  try {
    const digests = served(request);
    if (digests) parentPort!.postMessage({ id, digests } satisfies HashAnswer);
  } catch (error) {
    parentPort!.postMessage({ id, error: (error as Error).message } satisfies HashAnswer);
  }
});

function served({ id, begin, have, suffixes }: HashRequest): string[] | undefined {
  if (begin) readings.set(id, { file: openSync(begin.path, "r"), hash: createHash(begin.algorithm), at: 0 });
  const reading = readings.get(id)!;
  if (have !== undefined) readOn(reading, have);
  if (!suffixes) return undefined;
  readings.delete(id);
  closeSync(reading.file);
  return suffixes.map((suffix) => reading.hash.copy().update(suffix).digest("hex"));
}

function readOn(reading: Reading, have: number): void {
  while (reading.at < have) {
    const bytes = readSync(reading.file, block, 0, Math.min(block.length, have - reading.at), reading.at);
    if (bytes === 0) throw new Error("the file became shorter while it was read");
    reading.hash.update(block.subarray(0, bytes));
    reading.at += bytes;
  }
}
