import { type FileHandle, mkdir, open, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { FileHashes } from "./fileHashes";
import type { Verification } from "./signature";
import { FinalAnswer, openTransfer } from "./transfer";

/** A file to be fetched, with everything that vouches for it. */
export interface Download {
  /** Where it can be had, tried in this order. */
  readonly urls: readonly string[];
  /** Hex. */
  readonly sha256: string;
  /** Where it grows; what an interrupted run left there is gone on with. */
  readonly part: string;
  /** What vouches for the bytes from that address besides; undefined where nothing does. */
  readonly check: (url: string) => Promise<Verification | undefined>;
  readonly progress: (fresh: number, have: number, total: number | undefined) => void;
}

const attemptsPerUrl = 5;
const firstPauseMs = 500;

/** The bytes are all there, and are not what was published. */
class WrongBytes extends Error {
  constructor(
    message: string,
    readonly inTwoParts: boolean,
  ) {
    super(message);
  }
}

/**
 * Fetches a file into its part file and verifies it while it comes; it is written to the disk when this returns. What fails
 * for a passing reason is gone on with where it stopped; what turns out wrong is begun anew: there, where it came in two
 * parts and may have changed between them, or else at the next address.
 */
export async function download(wanted: Download): Promise<void> {
  await mkdir(dirname(wanted.part), { recursive: true, mode: 0o700 });
  const reasons: string[] = [];
  for (const url of wanted.urls)
    for (let attempt = 0; attempt < attemptsPerUrl; attempt++)
      try {
        if (attempt > 0) await pause(firstPauseMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
        return await fetchOnce(wanted, url);
      } catch (error) {
        const { code, message, cause } = error as Error & { code?: string };
        if (code === "ENOSPC" || error instanceof NoSpace) throw error;
        const reason = cause instanceof Error ? `${url}: ${cause.message}` : message;
        if (reason !== reasons.at(-1)) reasons.push(reason);
        if (error instanceof WrongBytes) {
          await rm(wanted.part, { force: true });
          if (!error.inTwoParts) break;
        } else if (error instanceof FinalAnswer) break;
      }
  throw new Error(reasons.join("; "));
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function fetchOnce(wanted: Download, url: string): Promise<void> {
  const file = await open(wanted.part, "a+", 0o600);
  const check = await wanted.check(url).catch(async (error) => {
    await file.close();
    throw error;
  });
  let hashes: FileHashes | undefined;
  let written = Promise.resolve();
  try {
    const had = (await file.stat()).size;
    const transfer = await openTransfer(url, had);
    if (transfer.offset !== had) await file.truncate(0);
    let have = transfer.offset === had ? had : 0;
    await requireSpace(wanted.part, transfer.total, have);
    hashes = new FileHashes(wanted.part, check);
    const write = async (chunks: readonly Uint8Array[]) => {
      const fresh = await writeAll(file, chunks);
      have += fresh;
      hashes!.reached(have);
      wanted.progress(fresh, have, transfer.total);
    };
    for await (const chunks of gathered(transfer.bytes)) {
      await written;
      written = write(chunks); // while the next ones come
      written.catch(() => undefined);
    }
    await written;
    await file.sync();
    const inTwoParts = transfer.offset > 0;
    const { sha256, signed } = await hashes.end(have);
    if (sha256 !== wanted.sha256)
      throw new WrongBytes(`${url} has the sha256 ${sha256}, its metadata says ${wanted.sha256}`, inTwoParts);
    await check?.verify(signed).catch((error: Error) => {
      throw new WrongBytes(`${url}: its signature does not verify: ${error.message}`, inTwoParts);
    });
  } catch (error) {
    await written.catch(() => undefined);
    await hashes?.abort();
    throw error;
  } finally {
    await file.close();
  }
}

const gatherBytes = 1 << 20;

/** A network's small chunks, so many at a time that it is worth to write them. */
async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Uint8Array[]> {
  let held: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      held.push(chunk);
      length += chunk.length;
      if (length < gatherBytes) continue;
      yield held;
      [held, length] = [[], 0];
    }
  } catch (error) {
    if (length > 0) yield held; // what came before a break is not asked for again
    throw error;
  }
  if (length > 0) yield held;
}

/** At the file's end; how many bytes that were. */
async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<number> {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const { bytesWritten } = await file.writev([...chunks]);
  if (bytesWritten === length) return length;
  const rest = Buffer.concat(chunks).subarray(bytesWritten); // rare: as a disk is filling up
  for (let written = 0; written < rest.length; )
    written += (await file.write(rest, written, rest.length - written)).bytesWritten;
  return length;
}

class NoSpace extends Error {}

async function requireSpace(path: string, total: number | undefined, have: number): Promise<void> {
  if (total === undefined) return;
  const { bavail, bsize } = await statfs(dirname(path));
  const problem = roomProblem(dirname(path), bavail * bsize, total - have);
  if (problem) throw new NoSpace(problem);
}

/** Why so many bytes don't fit; undefined where they do. */
export function roomProblem(directory: string, free: number, missing: number): string | undefined {
  const size = (bytes: number) => `${Math.ceil(bytes / (1 << 20))} MiB`;
  if (missing <= free) return undefined;
  return `${directory} has ${size(free)} free, ${size(missing)} are still to come: make room there, then run pulumi up again`;
}
