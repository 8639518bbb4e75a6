import { ownNames } from "./ipxe";

/** What a machine gets that no Machine is declared for. */
export type UnknownMachines = "local-disk" | "sanboot" | "discover" | "nothing";

interface Answers {
  /** pxelinux.cfg/default */
  readonly pxelinux?: string;
  /** ipxe/unknown.ipxe */
  readonly ipxe?: string;
  /** grub/unknown.cfg */
  readonly grub?: string;
}

/** Where under the server's URL an unknown machine says what it is. */
export const discoveryPath = "/discovered/";

const seconds = 30;

/**
 * iPXE says what the machine is, in a request that nginx logs, and asks again for the machine's own script: once it is declared,
 * it boots.
 */
const discover = (url: string) => `#!ipxe
dhcp ||
:again
chain --replace ${url}/ipxe/declared/\${netX/mac:hexhyp}.ipxe?${ownNames} ||
imgfetch --name seen ${url}${discoveryPath}\${netX/mac:hexhyp}?${ownNames}&vendor=\${manufacturer:uristring}&product=\${product:uristring} ||
imgfree seen ||
echo this machine is not declared: it waits until it is
sleep ${seconds}
goto again
`;

/**
 * How iPXE leaves a machine to its own disk: it ends; it ends with an error, as after a file that isn't there; or it starts the
 * first disk itself. Some firmware hangs after one of them.
 */
export type LocalDisk = "exit" | "error" | "sanboot";

/** BIOS numbers its disks from 0x80 on, UEFI from 0 (ipxe.org/cmd/sanboot). */
const ipxeLocalDisk: Record<LocalDisk, string> = {
  exit: "exit",
  error: "exit 1",
  sanboot: `iseq \${platform} efi && sanboot --no-describe --drive 0 || sanboot --no-describe --drive 0x80 || exit`,
};

export const startLocalDisk = (by: LocalDisk): Required<Answers> => ({
  pxelinux: "DEFAULT local\nLABEL local\n  LOCALBOOT -1\n",
  ipxe: `#!ipxe\n${ipxeLocalDisk[by]}\n`,
  grub: "exit\n",
});

/** What each boot loader reads when there is no file for the machine; absent: no such file, so it asks again or gives up. */
export function answersToUnknown(unknown: UnknownMachines, url: string): Answers {
  if (unknown === "nothing") return {};
  if (unknown === "local-disk" || unknown === "sanboot")
    return startLocalDisk(unknown === "sanboot" ? "sanboot" : "exit");
  return {
    // PXELINUX can't send what it knows, so iPXE does it: it runs a script that it gets as its initrd
    pxelinux: "DEFAULT discover\nLABEL discover\n  KERNEL boot/ipxe.lkrn\n  INITRD boot/discover.ipxe\n",
    ipxe: discover(url),
    grub: `chainloader (http,${new URL(url).host})/boot/snponly.efi\nboot\n`,
  };
}
