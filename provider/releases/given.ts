import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { localHost } from "../hosts/local";
import { readInitramfs } from "./initramfs";
import type { PublishedFile, PublishedRelease } from "./metadata";
import { ReleaseProblem } from "./problem";
import { rootfsProblem } from "./rootfs";

/** A file that no stream lists. */
export interface GivenFile {
  /** An http: or https: URL, or a path on the machine where the program runs. */
  readonly location: string;
  /** Hex; of a file that is here it can be left out. */
  readonly sha256?: string;
  /** Where its detached OpenPGP signature lies. Default: beside a file that is here, with ".sig" behind its name. */
  readonly signature?: string;
}

/** The files of a release that the user has put together; they always travel as one. */
export interface GivenArtifacts {
  readonly kernel: GivenFile;
  readonly initramfs: GivenFile;
  readonly rootfs?: GivenFile;
}

export interface Given {
  readonly artifacts: GivenArtifacts;
  readonly version?: string;
  readonly architecture?: string;
  /** What it is called; default "custom". */
  readonly stream?: string;
}

/** A release of the user's own files. What is here is read: its sha256, and whether initramfs and rootfs belong together. */
export async function givenRelease({ artifacts, version, architecture = "x86_64", stream = "custom" }: Given) {
  if (!version)
    throw new ReleaseProblem(
      "version",
      'version is required with artifacts: a name of your own for them, like "43.zfs.1"',
    );
  const release: PublishedRelease = {
    stream,
    version,
    architecture,
    kernel: await published(artifacts.kernel, "kernel"),
    initramfs: await published(artifacts.initramfs, "initramfs"),
    ...(artifacts.rootfs ? { rootfs: await published(artifacts.rootfs, "rootfs") } : {}),
  };
  const { initramfs, rootfs } = artifacts;
  const here = localHost();
  if (isHere(initramfs) && (!rootfs || isHere(rootfs))) {
    const problem = await rootfsProblem(here, await readInitramfs(here, initramfs.location), rootfs?.location);
    if (problem) throw new ReleaseProblem("artifacts", `artifacts are no set: ${problem}`);
  }
  return release;
}

const isHere = ({ location }: GivenFile) => !/^https?:/.test(location);

async function published(file: GivenFile, kind: string): Promise<PublishedFile> {
  const property = `artifacts.${kind}`;
  if (!isHere(file)) {
    if (!file.sha256)
      throw new ReleaseProblem(
        "artifacts",
        `${property}.sha256 is required for a file that is fetched: ${file.location}`,
      );
    return { location: file.location, sha256: file.sha256, ...(file.signature ? { signature: file.signature } : {}) };
  }
  const path = resolve(file.location);
  const sha256 = await sha256Of(path).catch((error: Error) => {
    throw new ReleaseProblem("artifacts", `${property}.location can't be read: ${error.message}`);
  });
  if (file.sha256 && file.sha256 !== sha256)
    throw new ReleaseProblem("artifacts", `${property}.sha256 must be that of ${file.location}, which is ${sha256}`);
  const signature = file.signature ?? (existsSync(`${path}.sig`) ? `${path}.sig` : undefined);
  return { location: urlOf(path), sha256, ...(signature ? { signature: urlOf(signature) } : {}) };
}

const urlOf = (location: string) => (/^https?:/.test(location) ? location : pathToFileURL(resolve(location)).href);

const known = new Map<string, Promise<string>>();

/** Read once a run for each state of the file. */
async function sha256Of(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path} ${size} ${mtimeMs}`;
  const digest = known.get(key) ?? digestOf(path);
  known.set(key, digest);
  return digest;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}
