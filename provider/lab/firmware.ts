import { existsSync } from "node:fs";
import type { Host } from "../hosts/host";
import { mustRun } from "../hosts/host";

/** What a virtual machine's firmware is: SeaBIOS, EDK2, or EDK2 that refuses what Microsoft's keys vouch for nothing of. */
export type Firmware = "bios" | "uefi" | "uefi-secure-boot";

/** How UEFI firmware looks for its boot program: DHCP and TFTP, or DHCP and HTTP ("UEFI HTTP boot"). */
export type NetworkBoot = "pxe" | "http";

const images = {
  uefi: { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
  // its variables come with Microsoft's keys enrolled, as new machines do
  "uefi-secure-boot": { code: "/usr/share/OVMF/OVMF_CODE_4M.ms.fd", variables: "/usr/share/OVMF/OVMF_VARS_4M.ms.fd" },
};

const variablesFile = "efi-variables.fd";

/** Lays out the firmware's own memory in the machine's directory: boot entries and keys, blank as from the factory. */
export async function installFirmware(host: Host, directory: string, firmware: Firmware): Promise<void> {
  if (firmware === "bios") return;
  await mustRun(host, ["cp", "--force", images[firmware].variables, `${directory}/${variablesFile}`]);
}

/** Why this machine can't run such firmware; undefined where it can. */
export function lackOfFirmware(firmware: Firmware): string | undefined {
  if (firmware === "bios" || existsSync(images[firmware].code)) return undefined;
  return `"${firmware}" needs ${images[firmware].code}, which is not there: apt-get install ovmf`;
}

/** QEMU's arguments for the board, its firmware and what that boots from; the working directory is the machine's. */
export function firmwareArguments(firmware: Firmware, networkBoot: NetworkBoot): { board: string[]; nic: string } {
  if (firmware === "bios") return { board: ["-machine", "pc", "-boot", "n"], nic: "" };
  const isSecure = firmware === "uefi-secure-boot";
  const flash = (unit: number, file: string, readonly: string) =>
    `if=pflash,format=raw,unit=${unit},readonly=${readonly},file=${file}`;
  const board = [
    ...["-machine", isSecure ? "q35,smm=on" : "q35", "-boot", "n"],
    // only firmware in system management mode may write the flash: else the kernel could enroll keys
    ...(isSecure ? ["-global", "driver=cfi.pflash01,property=secure,value=on"] : []),
    ...["-drive", flash(0, images[firmware].code, "on"), "-drive", flash(1, variablesFile, "off")],
  ];
  const without = ["IPv6PXESupport", "IPv6Support", ...(networkBoot === "http" ? ["IPv4PXESupport"] : [])];
  // it would try each of them first, for minutes
  for (const feature of without) board.push("-fw_cfg", `name=opt/org.tianocore/${feature},string=n`);
  return { board, nic: ",romfile=" }; // EDK2's own network stack, as in machines without iPXE
}
