import type { FileHandle } from "node:fs/promises";

const headerBytes = 110;
const magic = /^07070[12]/;
const trailer = "TRAILER!!!";
const contentLimit = 1 << 20;

interface Header {
  readonly contentBytes: number;
  readonly nameBytes: number;
}

function headerIn(bytes: Buffer): Header | undefined {
  if (bytes.length < headerBytes || !magic.test(bytes.toString("latin1", 0, 6))) return undefined;
  const number = (field: number) => Number.parseInt(bytes.toString("latin1", 6 + 8 * field, 14 + 8 * field), 16);
  const [contentBytes, nameBytes] = [number(6), number(11)];
  return nameBytes > 0 && nameBytes <= 4096 && contentBytes >= 0 ? { contentBytes, nameBytes } : undefined;
}

const aligned = (bytes: number) => (bytes + 3) & ~3;
const plainName = (bytes: Buffer, nameBytes: number) =>
  bytes.toString("utf8", headerBytes, headerBytes + nameBytes - 1).replace(/^(\.?\/)+/, "");

/** Looks for small files in archives of the form "newc", whatever their size: from a file, or as their bytes come. */
export class CpioReader {
  private held: Buffer = Buffer.alloc(0);
  /** Bytes of a member that nobody wants, which are still to come. */
  private passing = 0;

  constructor(
    private readonly wanted: readonly string[],
    private readonly found: (name: string, content: Buffer) => void,
  ) {}

  /** The position behind an archive that begins there; undefined where none does. Passes over what isn't wanted. */
  async readPlain(file: FileHandle, start: number): Promise<number | undefined> {
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    for (let at = start; ; ) {
      const first = await read(at, headerBytes + 512);
      const header = headerIn(first);
      if (!header) return at === start ? undefined : at;
      const begin = aligned(headerBytes + header.nameBytes);
      const name = plainName(first.length >= begin ? first : await read(at, begin), header.nameBytes);
      if (name === trailer) return at + begin;
      if (this.wants(name, header)) this.found(name, await read(at + begin, header.contentBytes));
      at += begin + aligned(header.contentBytes);
    }
  }

  /** Takes the next bytes of an unpacked archive. */
  write(chunk: Buffer): void {
    const skipped = Math.min(this.passing, chunk.length);
    this.passing -= skipped;
    this.held = Buffer.concat([this.held, chunk.subarray(skipped)]);
    for (let next = this.member(); next !== undefined; next = this.member()) this.held = this.held.subarray(next);
  }

  /** How many bytes at the beginning are done with; undefined where more must come first. */
  private member(): number | undefined {
    const { held } = this;
    if (held[0] === 0) {
      const used = held.findIndex((byte) => byte !== 0); // padding
      return used < 0 ? held.length : used;
    }
    const header = headerIn(held);
    if (!header) return held.length < headerBytes ? undefined : held.length; // no archive: nothing to find in it
    const begin = aligned(headerBytes + header.nameBytes);
    if (held.length < begin) return undefined;
    const name = plainName(held, header.nameBytes);
    const end = begin + aligned(header.contentBytes);
    if (this.wants(name, header)) {
      if (held.length < end) return undefined;
      this.found(name, held.subarray(begin, begin + header.contentBytes));
      return end;
    }
    this.passing = Math.max(0, end - held.length);
    return Math.min(end, held.length);
  }

  private wants = (name: string, { contentBytes }: Header) =>
    this.wanted.includes(name) && contentBytes <= contentLimit;
}
