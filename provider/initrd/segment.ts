import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { createInflateRaw, createZstdDecompress } from "node:zlib";
import type { CpioReader } from "./cpioReader";

/** Reads a compressed archive, and tells the position behind it; undefined where it is compressed in a way that Node.js can't. */
export async function compressedSegment(
  file: FileHandle,
  at: number,
  size: number,
  reader: CpioReader,
): Promise<number | undefined> {
  const head = await bytesAt(file, at, 4);
  if (head.readUInt16BE(0) === 0x1f8b) return gzip(file, at, size, reader);
  if (head.readUInt32LE(0) === 0xfd2fb528) return zstd(file, at, size, reader);
  return undefined;
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, position);
  return buffer;
}

async function* range(file: FileHandle, from: number, to: number) {
  for (let at = from; at < to; ) {
    const chunk = await bytesAt(file, at, Math.min(1 << 20, to - at));
    yield chunk;
    at += chunk.length;
  }
}

/** RFC 1952; the deflate stream inside says itself where it ends. */
async function gzip(file: FileHandle, at: number, size: number, reader: CpioReader): Promise<number> {
  const head = await bytesAt(file, at, 1024);
  const flags = head[3]!;
  let start = 10;
  if (flags & 4) start += 2 + head.readUInt16LE(start);
  for (const flag of [8, 16]) if (flags & flag) start = head.indexOf(0, start) + 1;
  if (flags & 2) start += 2;
  const inflate = Readable.from(range(file, at + start, size)).pipe(createInflateRaw());
  for await (const chunk of inflate) reader.write(chunk);
  return at + start + inflate.bytesWritten + 8;
}

async function zstd(file: FileHandle, at: number, size: number, reader: CpioReader): Promise<number> {
  const end = await frameEnd(file, at, size);
  const unpacked = Readable.from(range(file, at, end)).pipe(createZstdDecompress());
  for await (const chunk of unpacked) reader.write(chunk);
  return end;
}

/** RFC 8878, 3.1.1: a frame's header, then blocks that each tell their length, then a checksum where the header says so. */
async function frameEnd(file: FileHandle, at: number, size: number): Promise<number> {
  const flags = (await bytesAt(file, at + 4, 1))[0]!;
  const isSingle = (flags & 0x20) !== 0;
  const dictionary = [0, 1, 2, 4][flags & 3]!;
  const content = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6]!;
  let next = at + 5 + (isSingle ? 0 : 1) + dictionary + content;
  for (let isLast = false; !isLast && next < size; ) {
    const block = (await bytesAt(file, next, 3)).readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const isRepeated = ((block >> 1) & 3) === 1;
    next += 3 + (isRepeated ? 1 : block >> 3);
  }
  return next + (flags & 4 ? 4 : 0);
}
