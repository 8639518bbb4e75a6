import { appendFile, type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../hosts/host";
import { CpioReader } from "../initrd/cpioReader";
import { compressedSegment } from "../initrd/segment";

/** What a live initramfs says of itself (fedora-coreos-config, overlay.d/05core, coreos-livepxe-rootfs.sh). */
export interface InitramfsStamps {
  /** Its build: etc/coreos-live-initramfs. */
  readonly build?: string;
  /** The digests of its rootfs' chunks: etc/coreos-live-want-rootfs. */
  readonly wantRootfs?: string;
  /** The build of the rootfs that is inside: etc/coreos-live-rootfs. */
  readonly appendedRootfs?: string;
}

const names = {
  "etc/coreos-live-initramfs": "build",
  "etc/coreos-live-want-rootfs": "wantRootfs",
  "etc/coreos-live-rootfs": "appendedRootfs",
} as const;

/**
 * Reads an initramfs, which is archives one after the other (Documentation/driver-api/early-userspace/buffer-format.rst): plain,
 * gzip or zstd; what comes behind one that is compressed otherwise stays unknown. A rootfs inside is passed over, not read.
 */
export async function readInitramfs(host: Host, path: string): Promise<InitramfsStamps> {
  if (host.isHere) return readHere(path);
  // it is compressed, so that most of it has to be read
  const work = await mkdtemp(join(tmpdir(), "initramfs-"));
  try {
    const copy = join(work, "initramfs");
    for (let at = 0; ; ) {
      const block = await host.readFrom(path, at, blockBytes);
      if (block.length === 0) break;
      await appendFile(copy, block);
      at += block.length;
    }
    return await readHere(copy);
  } finally {
    await rm(work, { recursive: true });
  }
}

const blockBytes = 8 << 20;

async function readHere(path: string): Promise<InitramfsStamps> {
  const found: { -readonly [key in keyof InitramfsStamps]: string } = {};
  const reader = new CpioReader(Object.keys(names), (name, content) => {
    found[names[name as keyof typeof names]] = content.toString("utf8").trim();
  });
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let at = await behindPadding(file, 0); at < size; at = await behindPadding(file, at)) {
      const next = (await reader.readPlain(file, at)) ?? (await compressedSegment(file, at, size, reader));
      if (next === undefined || (found.build && found.wantRootfs)) break;
      at = next;
    }
    return found;
  } finally {
    await file.close();
  }
}

async function behindPadding(file: FileHandle, start: number): Promise<number> {
  const block = Buffer.alloc(4096);
  for (let at = start; ; ) {
    const { bytesRead } = await file.read(block, 0, block.length, at);
    const used = block.subarray(0, bytesRead).findIndex((byte) => byte !== 0);
    if (used >= 0) return at + used;
    at += bytesRead;
    if (bytesRead === 0) return at;
  }
}
