import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../provider/lab/sample/run";
import { packageRoot } from "../provider/packageRoot";

const installed = join(packageRoot, "node_modules", "pulumi-fcos-pxe");
const stamp = join(installed, ".packed-from");

/** Puts this package into node_modules as a user would get it, so that examples and tests run what is published. */
export async function packIntoNodeModules(log: (line: string) => void): Promise<void> {
  const digest = await contentDigest();
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === digest) return;
  log("packing the package into node_modules (a few seconds)");
  const work = await mkdtemp(join(tmpdir(), "pack-"));
  try {
    await run("npm", ["pack", "--silent", "--pack-destination", work], { cwd: packageRoot });
    const [tarball] = await readdir(work);
    const unpacked = join(packageRoot, "node_modules", `.pulumi-fcos-pxe-${process.pid}`);
    await mkdir(unpacked);
    await run("tar", ["-xzf", join(work, tarball!), "-C", unpacked, "--strip-components", "1"]);
    await rm(installed, { recursive: true, force: true });
    await rename(unpacked, installed);
    await writeFile(stamp, digest);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Over everything that could be in the package: package.json says which part of it is. */
async function contentDigest(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(join(packageRoot, "package.json")));
  for (const top of ["dist/sdk", "dist/provider", "provider"])
    for (const entry of (await readdir(join(packageRoot, top), { recursive: true, withFileTypes: true })).sort(
      byPath,
    )) {
      const path = join(entry.parentPath, entry.name);
      const isPart = top !== "provider" || path.includes("/assets/");
      if (entry.isFile() && isPart) hash.update(path).update(await readFile(path));
    }
  return hash.digest("hex");
}

const byPath = (left: { parentPath: string; name: string }, right: { parentPath: string; name: string }) =>
  join(left.parentPath, left.name) < join(right.parentPath, right.name) ? -1 : 1;
