import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../packageRoot";

/** Where the parts of the recipe that run outside of Node lie. */
export const assets = join(packageRoot, "provider", "lab", "sample", "assets");

/** The Debian packages that building the sample release needs on this machine, besides Go. */
export const samplePackages = [
  "mmdebstrap",
  "uidmap",
  "squashfs-tools",
  "cpio",
  "zstd",
  "gcc",
  "libc6-dev",
  "libblkid-dev",
  "ca-certificates",
];

/** The Debian packages that the live system itself is made of. */
export const imagePackages = [
  "systemd",
  "systemd-sysv",
  "udev",
  "dbus",
  "kmod",
  "dracut-core",
  "iproute2",
  "curl",
  "ca-certificates",
  "cpio",
  "passwd",
  "login",
  "mount",
  "e2fsprogs",
  "gdisk",
  "dosfstools",
  "zstd",
  "util-linux",
  "procps",
  "openssh-server",
  "sudo",
  "libnss-myhostname",
  // What NetworkManager is linked with; the program itself is unpacked without its polkit (image.sh).
  "libglib2.0-0",
  "libgnutls30",
  "libcurl3-gnutls",
  "libpsl5",
  "libndp0",
  "libjansson4",
  "libreadline8",
];

export const debianSuite = "bookworm";
export const ignitionVersion = "2.27.0";

/**
 * How a release lies on the server. `live` is today's: kernel, initramfs and rootfs. In `live-2020` the rootfs is inside
 * the initramfs and the names are written with a dash, as they were until the summer of 2020.
 */
export type Layout = "live" | "live-2020";

export interface SampleRelease {
  stream: string;
  version: string;
  layout: Layout;
  /** When it was "released": all times inside and the metadata say so, so that two builds differ in nothing else. */
  released: string;
}

export const sampleReleases = [
  { stream: "stable", version: "43.20261101.3.0", layout: "live", released: "2026-11-01T00:00:00Z" },
  { stream: "next", version: "44.20261115.1.0", layout: "live", released: "2026-11-15T00:00:00Z" },
  { stream: "legacy", version: "31.20200310.3.0", layout: "live-2020", released: "2020-03-10T00:00:00Z" },
] as const satisfies SampleRelease[];

export type SampleStream = (typeof sampleReleases)[number]["stream"];

/** Every file of the recipe in a fixed order, by its path under {@link assets}. */
const recipeFiles = (): string[] =>
  readdirSync(assets, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** What the sample release is made from: the same digest, the same release. */
export function recipeDigest(): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([imagePackages, debianSuite, ignitionVersion, sampleReleases]));
  for (const path of recipeFiles()) {
    const text = readFileSync(path);
    hash.update(`${path.slice(assets.length)}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex").slice(0, 16);
}
