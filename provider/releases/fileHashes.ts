import { ThreadHash } from "./hashing";
import type { Verification } from "./signature";

const nothing = new Uint8Array();

/** A growing file's sha256, and what its signatures hash: by other cores, and once where a signature has the same hash. */
export class FileHashes {
  private readonly threads: ReadonlyMap<string, ThreadHash>;

  constructor(
    path: string,
    private readonly check: Verification | undefined,
  ) {
    const algorithms = new Set(["sha256", ...(check?.hashes ?? []).map(({ algorithm }) => algorithm)]);
    this.threads = new Map([...algorithms].map((algorithm) => [algorithm, new ThreadHash(path, algorithm)]));
  }

  reached(have: number): void {
    for (const thread of this.threads.values()) thread.reached(have);
  }

  /** Hex; one digest for each signature, in their order. */
  async end(have: number): Promise<{ sha256: string; signed: string[] }> {
    const signatures = this.check?.hashes ?? [];
    const suffixesOf = (algorithm: string) => [
      nothing, // the file alone
      ...signatures.filter((one) => one.algorithm === algorithm).map(({ suffix }) => suffix),
    ];
    const ended = [...this.threads].map(async ([algorithm, thread]) => {
      const digests = [...(await thread.end(have, suffixesOf(algorithm)))];
      return [algorithm, { alone: digests.shift()!, signed: digests }] as const;
    });
    const digests = new Map(await Promise.all(ended));
    const signed = signatures.map(({ algorithm }) => digests.get(algorithm)!.signed.shift()!);
    return { sha256: digests.get("sha256")!.alone, signed };
  }

  async abort(): Promise<void> {
    for (const thread of this.threads.values()) await thread.abort();
  }
}
