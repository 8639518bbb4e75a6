import { existsSync } from "node:fs";
import { requireDebianPackages } from "./debianPackages";

/** Whoever packaged it; undefined where there is none. */
export const installedDockerd = () => ["/usr/sbin/dockerd", "/usr/bin/dockerd"].find((path) => existsSync(path));

/** For the tests of containers, which take root. They are left out where there is no Docker to be had: all else goes without it. */
export async function requireDocker(log: (line: string) => void): Promise<void> {
  if (installedDockerd() || process.getuid?.() !== 0) return;
  await requireDebianPackages(log, ["docker.io"]).catch((error: Error) =>
    log(`no Docker: the tests of containers are left out: ${error.message}`),
  );
}
