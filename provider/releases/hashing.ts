import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { HashAnswer, HashRequest } from "./hashWorker";

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (answer: HashAnswer) => void>;
}

const threads: (Thread | undefined)[] = [];
const mostThreads = Math.min(4, availableParallelism());
let made = 0;

function thread(place: number): Thread {
  const known = threads[place];
  if (known) return known;
  const started: Thread = { worker: new Worker(join(__dirname, "hashWorker.js")), waiting: new Map() };
  threads[place] = started;
  started.worker.unref(); // an idle one must not keep the program from ending
  started.worker.on("message", (answer: HashAnswer) => answered(started, answer));
  started.worker.on("error", ({ message }) => {
    threads[place] = undefined;
    for (const id of started.waiting.keys()) answered(started, { id, error: message });
  });
  return started;
}

function answered({ worker, waiting }: Thread, answer: HashAnswer): void {
  waiting.get(answer.id)?.(answer);
  waiting.delete(answer.id);
  if (waiting.size === 0) worker.unref();
}

/** The hash of a file that is still growing, computed by another core from what was written: hashes that begin one after the other go to different ones. */
export class ThreadHash {
  private readonly id = made++;
  private readonly thread = thread(this.id % mostThreads);
  private readonly digests: Promise<readonly string[]>;
  private hasEnded = false;

  constructor(path: string, algorithm: string) {
    const answer = new Promise<HashAnswer>((resolve) => this.thread.waiting.set(this.id, resolve));
    this.digests = answer.then(({ digests, error }) => {
      if (digests) return digests;
      throw new Error(`${path} can't be hashed: ${error}`);
    });
    this.digests.catch(() => undefined); // told by end()
    this.ask({ begin: { path, algorithm } });
  }

  /** So many bytes are in the file. */
  reached(have: number): void {
    this.ask({ have });
  }

  /** The digests of so many bytes with each suffix behind them, hex. */
  end(have: number, suffixes: readonly Uint8Array[]): Promise<readonly string[]> {
    if (!this.hasEnded) this.ask({ have, suffixes });
    this.hasEnded = true;
    this.thread.worker.ref();
    return this.digests;
  }

  /** Where the bytes stop coming. */
  async abort(): Promise<void> {
    if (!this.hasEnded) await this.end(0, []).catch(() => undefined);
  }

  private ask(request: Omit<HashRequest, "id">): void {
    this.thread.worker.postMessage({ id: this.id, ...request } satisfies HashRequest);
  }
}
