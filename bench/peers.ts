import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDirectory } from "../provider/directories";
import { run } from "../provider/lab/sample/run";
import { requireDebianPackages } from "../tools/debianPackages";
import { goBuild } from "../tools/go";

/** What the benches compare with: what people use for network boot as code today. */
const peers = {
  matchbox: { path: "github.com/poseidon/matchbox/cmd/matchbox", version: "v0.11.0", replace: [] },
  "terraform-provider-matchbox": {
    path: "github.com/poseidon/terraform-provider-matchbox",
    version: "v0.5.4",
    replace: [],
  },
  tofu: {
    path: "github.com/opentofu/opentofu/cmd/tofu",
    version: "v1.12.6",
    replace: ["github.com/hashicorp/hcl/v2 => github.com/opentofu/hcl/v2 v2.20.2-0.20251021132045-587d123c2828"],
  },
};

export type Peer = keyof typeof peers;

/** Path of a peer's executable, built from its Go module the first time (OpenTofu: up to five minutes). */
export async function requirePeer(name: Peer): Promise<string> {
  const { path, version, replace } = peers[name];
  const directory = join(cacheDirectory(), "peers", version);
  const executable = join(directory, name);
  if (existsSync(executable)) return executable;
  console.error(`building ${name} ${version} from its Go module`);
  const work = await mkdtemp(join(tmpdir(), "peer-"));
  try {
    await goBuild({ module: join(work, "module"), path, version, replace, out: join(work, "out") });
    await mkdir(directory, { recursive: true });
    await copyFile(join(work, "out", name), `${executable}.${process.pid}`);
    await rename(`${executable}.${process.pid}`, executable);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return executable;
}

const installerVersion = "0.27.0";

/** Path of coreos-installer, built from its crate the first time (several minutes); undefined where it can't be. */
export async function requireCoreosInstaller(): Promise<string | undefined> {
  const root = join(cacheDirectory(), "peers", `coreos-installer-${installerVersion}`);
  const executable = join(root, "bin", "coreos-installer");
  if (existsSync(executable)) return executable;
  await requireDebianPackages(
    (line) => console.error(line),
    ["pkg-config", "libzstd-dev", "libssl-dev", "liblzma-dev"],
  );
  console.error(`building coreos-installer ${installerVersion} from its crate`);
  const args = ["install", "coreos-installer", "--version", installerVersion, "--locked", "--root", root];
  try {
    await run("cargo", args);
    return executable;
  } catch (error) {
    console.error(`coreos-installer can't be built here, so it is left out: ${(error as Error).message}`);
    return undefined;
  }
}
