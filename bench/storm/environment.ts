import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Site, sitePaths } from "../../provider/hosts/site";
import { run } from "../../provider/lab/sample/run";
import { describeRelease, formatReleaseRef, type Manifest } from "../../provider/releases/ref";
import * as ignitionConfig from "../../provider/resources/ignitionConfig";
import * as machine from "../../provider/resources/machine";

/** Sizes in MiB, about those of Fedora CoreOS; the rootfs, which is the same to every server, is a third of its size. */
const sizes = { kernel: 15, initramfs: 90, rootfs: 280 } as const;

export type Kind = keyof typeof sizes;

/** Makes the three files of a release; the name of each. */
export async function makeRelease(directory: string): Promise<Record<Kind, string>> {
  await mkdir(directory, { recursive: true });
  const files = {} as Record<Kind, string>;
  for (const [kind, size] of Object.entries(sizes) as [Kind, number][]) {
    files[kind] = join(directory, kind);
    await run("dd", ["if=/dev/urandom", `of=${files[kind]}`, "bs=1M", `count=${size}`, "status=none"]);
  }
  return files;
}

/** Declares machines as `pulumi up` would, by the same providers; what each server file is called that they ask for. */
export async function registerMachines(site: Site, files: Record<Kind, string>, count: number): Promise<void> {
  const paths = sitePaths(site);
  await mkdir(paths.store, { recursive: true });
  const digests = {} as Record<Kind, string>;
  for (const kind of Object.keys(files) as Kind[]) {
    digests[kind] = await sha256Of(files[kind]);
    await link(files[kind], paths.artifact(digests[kind]));
  }
  const artifact = (kind: Kind) => ({ sha256: digests[kind] });
  const manifest: Manifest = {
    ...{ stream: "stable", version: "43.1", architecture: "x86_64" },
    ...{ kernel: artifact("kernel"), initramfs: artifact("initramfs"), rootfs: artifact("rootfs") },
  };
  const { text, digest } = describeRelease(manifest);
  await mkdir(paths.releases, { recursive: true });
  await writeFile(paths.release(digest), text);
  const release = formatReleaseRef({ ...manifest, digest });

  const config = await ignitionConfig.check({}, { name: "compute", site, ...configArguments });
  const ignition = (await ignitionConfig.create(config.inputs)).outs.ref as string;
  const one = async (number: number) => {
    const name = `node${number}`;
    const { inputs, failures } = await machine.check(
      {},
      { name, site, mac: macOf(number), release, ignition, hostname: name },
    );
    if (failures?.length) throw new Error(JSON.stringify(failures));
    await machine.create(inputs);
  };
  for (let number = 0; number < count; number += 32)
    await Promise.all(Array.from({ length: Math.min(32, count - number) }, (_, index) => one(number + index)));
}

/** What both servers' machines are configured with. */
const configArguments = {
  sshAuthorizedKeys: [`ssh-ed25519 ${"A".repeat(68)}`],
  files: [{ path: "/etc/motd", contents: "hello\n".repeat(200) }],
};

export function macOf(number: number): string {
  const hex = number.toString(16).padStart(6, "0");
  return `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}`;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}
