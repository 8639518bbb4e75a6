import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";

/** Boot programs for BIOS machines, and where Debian and Fedora put them. */
const programs = [
  { name: "lpxelinux.0", sources: ["/usr/lib/PXELINUX/lpxelinux.0", "/usr/share/syslinux/lpxelinux.0"] },
  {
    name: "ldlinux.c32",
    sources: ["/usr/lib/syslinux/modules/bios/ldlinux.c32", "/usr/share/syslinux/ldlinux.c32"],
  },
];

/** Copies the boot programs that machines fetch first into the TFTP root. */
export async function installBootPrograms(host: Host, site: Site): Promise<void> {
  const { tftp } = sitePaths(site);
  for (const { name, sources } of programs) {
    const source = await firstThere(host, sources);
    if (!source)
      throw new Error(
        `${host.name} has no ${name}: install the packages pxelinux and syslinux-common (Fedora: syslinux)`,
      );
    await mustRun(host, ["cp", "--force", source, `${tftp}/${name}`]);
  }
}

async function firstThere(host: Host, paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await host.run(["test", "-r", path])).code === 0) return path;
  return undefined;
}
