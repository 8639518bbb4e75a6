import { grubEntrance } from "../boot/grub";
import { ipxeEntrance } from "../boot/ipxe";
import { answersToUnknown, type UnknownMachines } from "../boot/unknownMachines";
import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";

interface Program {
  readonly name: string;
  /** Where Debian and Fedora put it. */
  readonly sources: readonly string[];
}

/** For BIOS machines, in the TFTP root. */
const required: readonly Program[] = [
  { name: "lpxelinux.0", sources: ["/usr/lib/PXELINUX/lpxelinux.0", "/usr/share/syslinux/lpxelinux.0"] },
  {
    name: "ldlinux.c32",
    sources: ["/usr/lib/syslinux/modules/bios/ldlinux.c32", "/usr/share/syslinux/ldlinux.c32"],
  },
];

const efi = (debian: string, fedora: string, name: string): Program => ({
  name,
  sources: [debian, `/boot/efi/EFI/fedora/${fedora}`],
});

/**
 * For everything else, where the host has them: Debian's ipxe, shim-signed and grub-efi-*-signed, Fedora's ipxe-bootimgs,
 * shim and grub2-efi. shim asks for GRUB by the name that it has here.
 */
const optional: readonly Program[] = [
  { name: "undionly.kpxe", sources: ["/usr/lib/ipxe/undionly.kpxe", "/usr/share/ipxe/undionly.kpxe"] },
  { name: "snponly.efi", sources: ["/usr/lib/ipxe/snponly.efi", "/usr/share/ipxe/ipxe-snponly-x86_64.efi"] },
  {
    name: "snponly-arm64.efi",
    sources: ["/usr/lib/ipxe/snponly-arm64.efi", "/usr/share/ipxe/arm64-efi/snponly.efi"],
  },
  { name: "ipxe.lkrn", sources: ["/usr/lib/ipxe/ipxe.lkrn", "/usr/share/ipxe/ipxe.lkrn"] },
  efi("/usr/lib/shim/shimx64.efi.signed", "shimx64.efi", "shimx64.efi"),
  efi("/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed", "grubx64.efi", "grubx64.efi"),
  efi("/usr/lib/shim/shimaa64.efi.signed", "shimaa64.efi", "shimaa64.efi"),
  efi("/usr/lib/grub/arm64-efi-signed/grubnetaa64.efi.signed", "grubaa64.efi", "grubaa64.efi"),
];

/** Copies the boot programs that machines fetch first to where they ask for them, and writes what those read first. */
export async function installBootPrograms(host: Host, site: Site): Promise<void> {
  const { tftp, bootPrograms } = sitePaths(site);
  for (const program of required)
    if (!(await install(host, program, tftp)))
      throw new Error(
        `${host.name} has no ${program.name}: install the packages pxelinux and syslinux-common (Fedora: syslinux)`,
      );
  for (const program of optional) await install(host, program, bootPrograms);
  // shim asks for GRUB in its own directory over HTTP, but in the root over TFTP
  for (const grub of ["grubx64.efi", "grubaa64.efi"]) await host.link(`boot/${grub}`, `${tftp}/${grub}`);
}

/** What boot programs read before they ask for a machine's own configuration. */
export async function writeEntrances(host: Host, site: Site, unknown: UnknownMachines): Promise<void> {
  const { ipxeScripts, grubConfigs, pxelinuxConfigs, bootPrograms } = sitePaths(site);
  const answers = answersToUnknown(unknown, site.url);
  for (const [path, text] of [
    [`${pxelinuxConfigs}/default`, answers.pxelinux],
    [`${ipxeScripts}/unknown.ipxe`, answers.ipxe],
    [`${grubConfigs}/unknown.cfg`, answers.grub],
    [`${bootPrograms}/discover.ipxe`, unknown === "discover" ? answers.ipxe : undefined],
  ] as const)
    await (text === undefined ? host.remove(path) : host.writeFile(path, text));
  await host.writeFile(`${ipxeScripts}/boot.ipxe`, ipxeEntrance(site.url));
  await host.writeFile(`${grubConfigs}/grub.cfg`, grubEntrance);
}

async function install(host: Host, { name, sources }: Program, directory: string): Promise<boolean> {
  for (const source of sources) {
    if ((await host.run(["test", "-r", source])).code !== 0) continue;
    await mustRun(host, ["cp", "--force", source, `${directory}/${name}`]);
    return true;
  }
  return false;
}
