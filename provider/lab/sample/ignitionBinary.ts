import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { sampleCache } from "./paths";
import { assets, ignitionVersion } from "./recipe";
import { run } from "./run";

const modulePath = "github.com/coreos/ignition/v2";

export interface IgnitionParts {
  /** The program that runs in the initramfs. */
  binary: string;
  /** The folder with Ignition's own dracut module: units and generator. */
  dracutModule: string;
}

/**
 * Ignition as the initramfs needs it, built from its Go module. The same Ignition serves every recipe, so it is kept
 * beside them.
 */
export async function ignitionParts(log: (line: string) => void): Promise<IgnitionParts> {
  const binary = join(sampleCache(), `ignition-${ignitionVersion}`);
  await mkdir(sampleCache(), { recursive: true });
  const work = await mkdtemp(join(sampleCache(), "ignition."));
  try {
    for (const name of ["go.mod", "go.sum"]) await copyFile(join(assets, "ignition", name), join(work, name));
    await run("go", ["mod", "download", modulePath], { cwd: work });
    const source = await run("go", ["list", "-m", "-f", "{{.Dir}}", modulePath], { cwd: work });
    if (!existsSync(binary)) {
      log(`building Ignition ${ignitionVersion} from its Go module (about a minute, more where nothing is cached)`);
      const set = {
        "version.Raw": ignitionVersion,
        // Debian has no SELinux policy to label by.
        "distro.selinuxRelabel": "false",
      };
      const flags = Object.entries(set).map(([name, value]) => `-X ${modulePath}/internal/${name}=${value}`);
      const built = join(work, "ignition");
      await run(
        "go",
        ["build", "-trimpath", "-ldflags", ["-s", "-w", ...flags].join(" "), "-o", built, `${modulePath}/internal`],
        {
          cwd: work,
          env: { CGO_ENABLED: "1" },
        },
      );
      await rename(built, binary);
    }
    return { binary, dracutModule: join(source, "dracut", "30ignition") };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
