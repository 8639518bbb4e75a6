import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { HashAnswer, HashRequest } from "./hashWorker";

/** Chunks that may wait in front of a thread: enough to keep it busy, few enough to be no matter. */
const mostWaiting = 4;

interface Thread {
  readonly worker: Worker;
  readonly streams: Map<number, ThreadHash>;
  /** How many wait for it: an idle one must not keep the program from ending. */
  waiters: number;
}

const threads: Thread[] = [];
let made = 0;

/** Hashes that begin one after the other go to different cores. */
function nextThread(): Thread {
  const place = made % Math.min(4, availableParallelism());
  threads[place] ??= startThread();
  return threads[place];
}

function startThread(): Thread {
  const thread: Thread = { worker: new Worker(join(__dirname, "hashWorker.js")), streams: new Map(), waiters: 0 };
  thread.worker.unref();
  thread.worker.on("message", ({ id, digests }: HashAnswer) => thread.streams.get(id)?.answered(digests));
  thread.worker.on("error", (error) => {
    threads.splice(threads.indexOf(thread), 1);
    for (const stream of thread.streams.values()) stream.failed(error);
  });
  return thread;
}

/** A hash of a stream that another core computes, while this one goes on with the stream. */
export class ThreadHash {
  private readonly id = made++;
  private readonly thread = nextThread();
  private waiting = 0;
  private error: Error | undefined;
  private wake: () => void = () => {};
  private digests: readonly string[] | undefined;

  constructor(algorithm: string) {
    this.thread.streams.set(this.id, this);
    this.ask({ id: this.id, algorithm });
  }

  /** Takes a chunk; `mayTake`: nobody needs its memory any more. */
  async update(chunk: Uint8Array, mayTake: boolean): Promise<void> {
    const isWhole = chunk.byteLength === chunk.buffer.byteLength;
    const own = mayTake && isWhole ? chunk : new Uint8Array(chunk);
    this.waiting++;
    this.ask({ id: this.id, chunk: own }, [own.buffer as ArrayBuffer]);
    await this.until(() => this.waiting < mostWaiting);
  }

  /** The digests of all bytes with each suffix behind them, hex. */
  async end(suffixes: readonly Uint8Array[]): Promise<readonly string[]> {
    this.ask({ id: this.id, suffixes });
    try {
      await this.until(() => this.digests !== undefined);
      return this.digests!;
    } finally {
      this.thread.streams.delete(this.id);
    }
  }

  /** Where the bytes stop coming. */
  async abort(): Promise<void> {
    if (!this.digests && !this.error) await this.end([]).catch(() => undefined);
  }

  answered(digests: readonly string[] | undefined): void {
    if (digests) this.digests = digests;
    else this.waiting--;
    this.wake();
  }

  failed(error: Error): void {
    this.error = error;
    this.wake();
  }

  private ask(request: HashRequest, transfer: ArrayBuffer[] = []): void {
    this.thread.worker.postMessage(request, transfer);
  }

  private async until(isDone: () => boolean): Promise<void> {
    if (this.thread.waiters++ === 0) this.thread.worker.ref();
    try {
      while (!isDone()) {
        if (this.error) throw this.error;
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    } finally {
      if (--this.thread.waiters === 0) this.thread.worker.unref();
    }
  }
}
