import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { buildImages } from "./image";
import { type SamplePaths, sampleCache, samplePaths } from "./paths";
import { publishSample, signArtifacts } from "./publish";

export { type DirectBoot, type DirectBootResult, directBoot } from "./directBoot";
export { type SamplePaths, samplePaths } from "./paths";
export { publishSample } from "./publish";
export { type SampleRelease, type SampleStream, samplePackages, sampleReleases } from "./recipe";

/**
 * Builds the sample release, if this recipe's is not there yet: two versions of a live system in Fedora CoreOS's layout
 * and one in that of early 2020, signed and published as streams below one directory of the cache.
 * It is built beside its place and moved there when complete, so that of two builders at once one is merely late.
 */
export async function buildSample(options: { log: (line: string) => void }): Promise<SamplePaths> {
  const paths = samplePaths();
  if (existsSync(paths.root)) return paths;
  await mkdir(sampleCache(), { recursive: true });
  const building = await mkdtemp(join(sampleCache(), "building."));
  try {
    await chmod(building, 0o755);
    await buildImages(building, options.log);
    options.log("signing the sample release with the lab's key");
    await signArtifacts(building);
    await publishSample({ root: building, baseUrl: paths.root });
    await rename(building, paths.root).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  await removeOtherBuilds(basename(paths.root));
  return paths;
}

/** An hour: no build takes as long, so what is older was left by one that was killed. */
const abandonedAfter = 3_600_000;

async function removeOtherBuilds(current: string): Promise<void> {
  for (const name of await readdir(sampleCache())) {
    const path = join(sampleCache(), name);
    const other = /^[0-9a-f]{16}$/.test(name) && name !== current;
    const abandoned = /^(building|ignition)\.\w{6}$/.test(name) && (await ageOf(path)) > abandonedAfter;
    if (other || abandoned) await rm(path, { recursive: true, force: true });
  }
}

/** In milliseconds; 0 for what another builder has just removed. */
const ageOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
