import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ignitionParts } from "./ignitionBinary";
import { type ArtifactKind, samplePaths } from "./paths";
import { assets, debianSuite, imagePackages, recipeDigest, sampleReleases } from "./recipe";
import { run } from "./run";

/** Where this machine gets its own Debian packages from; the image's come from there too. */
function aptSources(): string {
  const found = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"].find((path) => existsSync(path));
  if (!found) throw new Error("found neither /etc/apt/sources.list.d/debian.sources nor /etc/apt/sources.list");
  return found;
}

/** Builds every release's files from Debian packages, without root, and lays them below `root` under their published names. */
export async function buildImages(root: string, log: (line: string) => void): Promise<void> {
  const ignition = await ignitionParts(log);
  const work = await mkdtemp(join(tmpdir(), "sample-release-"));
  try {
    // The build runs as another user of a user namespace, who must be able to look in here.
    await chmod(work, 0o755);
    const recipe = join(work, "recipe");
    const out = join(work, "out");
    await mkdir(out);
    await cp(assets, recipe, { recursive: true, filter: (path) => path !== join(assets, "ignition") });
    await cp(ignition.dracutModule, join(recipe, "30ignition"), { recursive: true });
    await cp(ignition.binary, join(recipe, "ignition"));
    await run("chmod", ["--recursive", "u=rwX,go=rX", recipe]);
    await writeFile(join(recipe, "releases"), releaseList());

    log("building the sample release from Debian packages (about a minute)");
    await run("mmdebstrap", mmdebstrapArguments(recipe, out), {
      line: (text) => {
        if (text.startsWith("sample: ")) log(text.slice("sample: ".length));
      },
    });
    await collect(out, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** One line per release: version, layout, build id, seconds since the epoch. */
const releaseList = () =>
  sampleReleases
    .map(({ version, layout, released }) => {
      const build = createHash("sha256").update(`${recipeDigest()} ${version}`).digest("hex");
      return `${version} ${layout} ${build} ${Date.parse(released) / 1000}\n`;
    })
    .join("");

const mmdebstrapArguments = (recipe: string, out: string): string[] => [
  "--mode=unshare",
  "--variant=essential",
  "--format=null",
  `--include=${imagePackages.join(",")}`,
  '--aptopt=Apt::Install-Recommends "false"',
  ...["man", "doc", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  `--customize-hook=bash '${recipe}/image.sh' "$1" '${recipe}'`,
  `--customize-hook=sync-out /tmp/out '${out}'`,
  // The result is taken out of /tmp, and nothing else of the chroot is kept.
  "--skip=cleanup",
  debianSuite,
  "/dev/null",
  aptSources(),
];

async function collect(out: string, root: string): Promise<void> {
  const paths = samplePaths(root);
  for (const { stream, version } of sampleReleases) {
    await mkdir(join(paths.artifacts[stream].kernel, ".."), { recursive: true });
    for (const [kind, path] of Object.entries(paths.artifacts[stream]) as [ArtifactKind, string][])
      await move(join(out, version, kind), path);
  }
}

/** A rename, also where the temporary directory lies on another file system than the cache. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await cp(from, to);
    await rm(from);
  }
}
