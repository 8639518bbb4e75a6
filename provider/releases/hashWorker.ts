import { createHash, type Hash } from "node:crypto";
import { parentPort } from "node:worker_threads";

/** What a thread is asked: to begin, to go on with a chunk, or to end, once with each suffix behind the bytes so far. */
export interface HashRequest {
  readonly id: number;
  readonly algorithm?: string;
  readonly chunk?: Uint8Array;
  readonly suffixes?: readonly Uint8Array[];
}

export interface HashAnswer {
  readonly id: number;
  /** Hex, one for each suffix; absent: a chunk was taken. */
  readonly digests?: readonly string[];
}

const hashes = new Map<number, Hash>();

parentPort!.on("message", ({ id, algorithm, chunk, suffixes }: HashRequest) => {
  if (algorithm) hashes.set(id, createHash(algorithm));
  const hash = hashes.get(id)!;
  if (chunk) hash.update(chunk);
  if (chunk) parentPort!.postMessage({ id } satisfies HashAnswer);
  if (!suffixes) return;
  hashes.delete(id);
  const digests = suffixes.map((suffix) => hash.copy().update(suffix).digest("hex"));
  parentPort!.postMessage({ id, digests } satisfies HashAnswer);
});
