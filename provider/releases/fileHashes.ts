import { ThreadHash } from "./hashing";
import type { Verification } from "./signature";

const nothing = new Uint8Array();

/** A file's sha256, and what its signatures hash: by other cores, and once where a signature has the same hash. */
export class FileHashes {
  private readonly threads: ReadonlyMap<string, ThreadHash>;

  constructor(private readonly check: Verification | undefined) {
    const algorithms = new Set(["sha256", ...(check?.hashes ?? []).map(({ algorithm }) => algorithm)]);
    this.threads = new Map([...algorithms].map((algorithm) => [algorithm, new ThreadHash(algorithm)]));
  }

  /** Takes the chunk: its memory is gone afterwards. */
  async update(chunk: Uint8Array): Promise<void> {
    const threads = [...this.threads.values()];
    await Promise.all(threads.map((thread, index) => thread.update(chunk, index === threads.length - 1)));
  }

  async end(): Promise<{ sha256: string; signed: string[] }> {
    const signatures = this.check?.hashes ?? [];
    const digests = new Map<string, readonly string[]>();
    for (const [algorithm, thread] of this.threads) {
      const suffixes = signatures.filter((one) => one.algorithm === algorithm).map(({ suffix }) => suffix);
      digests.set(algorithm, await thread.end([nothing, ...suffixes]));
    }
    const [sha256] = digests.get("sha256")! as [string];
    const seen = new Map<string, number>();
    const signed = signatures.map(({ algorithm }) => {
      const index = (seen.get(algorithm) ?? 0) + 1; // the first one has nothing behind it
      seen.set(algorithm, index);
      return digests.get(algorithm)![index]!;
    });
    return { sha256, signed };
  }

  async abort(): Promise<void> {
    for (const thread of this.threads.values()) await thread.abort();
  }
}
