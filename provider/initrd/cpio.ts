/** A file in an archive, by its path without a leading slash. */
export interface ArchivedFile {
  readonly path: string;
  readonly content: string | Buffer;
  /** Permission bits; default 0644. */
  readonly mode?: number;
}

const typeOf = { directory: 0o040000, file: 0o100000 };
const magic = "070701";
const headerBytes = 110;
const trailer = "TRAILER!!!";

/**
 * An archive that a kernel unpacks into its initramfs (Documentation/driver-api/early-userspace/buffer-format.rst: "newc",
 * uncompressed). The same files make the same bytes: everything is root's, and of 1970. It ends on a 4-byte boundary, so
 * that another may follow it.
 */
export function cpioArchive(files: readonly ArchivedFile[]): Buffer {
  const directories = new Set(files.flatMap(({ path }) => parentsOf(path)));
  const members = [
    ...[...directories].map((path) => ({ path, content: "", mode: typeOf.directory | 0o755, links: 2 })),
    ...files.map(({ path, content, mode = 0o644 }) => ({ path, content, mode: typeOf.file | mode, links: 1 })),
  ];
  const all = [...members, { path: trailer, content: "", mode: 0, links: 1 }];
  return Buffer.concat(all.flatMap((member, index) => memberBytes(member, index)));
}

/** "etc/pki/a.pem" as ["etc", "etc/pki"]: whoever unpacks makes no directories by itself. */
const parentsOf = (path: string) =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));

function memberBytes(member: { path: string; content: string | Buffer; mode: number; links: number }, index: number) {
  const content = Buffer.from(member.content as string);
  const name = Buffer.from(`${member.path}\0`);
  const inode = member.path === trailer ? 0 : index + 1;
  const [owner, group, time, device] = [0, 0, 0, [0, 0, 0, 0]];
  const numbers = [inode, member.mode, owner, group, member.links, time, content.length, ...device, name.length, 0];
  const header = magic + numbers.map((number) => number.toString(16).padStart(8, "0")).join("");
  return [Buffer.from(header), name, padding(headerBytes + name.length), content, padding(content.length)];
}

const padding = (bytes: number) => Buffer.alloc(-bytes & 3);

/** The content of a file in an archive that {@link cpioArchive} made; undefined where it isn't one, or has no such file. */
export function fileIn(archive: Buffer, path: string): Buffer | undefined {
  let at = 0;
  while (archive.toString("latin1", at, at + magic.length) === magic) {
    const number = (field: number) =>
      Number.parseInt(archive.toString("latin1", at + 6 + 8 * field, at + 14 + 8 * field), 16);
    const [contentBytes, nameBytes] = [number(6), number(11)];
    const nameEnd = at + headerBytes + nameBytes;
    const start = nameEnd + padding(headerBytes + nameBytes).length;
    const end = start + contentBytes;
    if (end > archive.length) return undefined;
    if (archive.toString("utf8", at + headerBytes, nameEnd - 1) === path) return archive.subarray(start, end);
    at = end + padding(contentBytes).length;
  }
  return undefined;
}
