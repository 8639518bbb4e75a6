import { createHash } from "node:crypto";
import type { Host } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";

/** One file of a release in the store. */
export interface Artifact {
  /** Hex. */
  readonly sha256: string;
}

/** What the server knows of a mirrored release. */
export interface Manifest {
  readonly stream: string;
  readonly version: string;
  readonly architecture: string;
  readonly kernel: Artifact;
  readonly initramfs: Artifact;
  /** Absent where it lies inside the initramfs (releases before July 2020). */
  readonly rootfs?: Artifact;
  /** What the user added to it. */
  readonly customization?: {
    /** Loaded behind the initramfs. */
    readonly initrd?: Artifact;
    /** Put before those of each machine. */
    readonly kernelArguments?: readonly string[];
  };
}

/** Everything of it that lies in the store. */
export const artifactsIn = ({ kernel, initramfs, rootfs, customization }: Manifest): Artifact[] =>
  [kernel, initramfs, rootfs, customization?.initrd].flatMap((file) => file ?? []);

export type ArtifactKind = "kernel" | "initramfs" | "rootfs";

export interface ReleaseRef {
  readonly stream: string;
  readonly version: string;
  readonly architecture: string;
  /** Hex sha256 of the manifest. */
  readonly digest: string;
}

export function parseReleaseRef(ref: string): ReleaseRef {
  const match = /^(\S+) (\S+) (\S+) sha256:([0-9a-f]{64})$/.exec(ref);
  if (!match) throw new Error(`release must be the ref of a FcosRelease, got ${JSON.stringify(ref)}`);
  const [, stream, version, architecture, digest] = match as unknown as [string, string, string, string, string];
  return { stream, version, architecture, digest };
}

export const formatReleaseRef = ({ stream, version, architecture, digest }: ReleaseRef) =>
  `${stream} ${version} ${architecture} sha256:${digest}`;

/** A manifest's text, as it lies on the server, and its digest. */
export function describeRelease(manifest: Manifest): { text: string; digest: string } {
  const text = `${JSON.stringify(manifest)}\n`;
  return { text, digest: createHash("sha256").update(text).digest("hex") };
}

export async function readManifest(host: Host, site: Site, ref: string): Promise<Manifest> {
  const text = await host.readFile(sitePaths(site).release(parseReleaseRef(ref).digest));
  if (!text)
    throw new Error(`${host.name}: the release ${ref} is not mirrored in ${site.directory}: run pulumi up --refresh`);
  return JSON.parse(text.toString()) as Manifest;
}
