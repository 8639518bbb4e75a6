import { type BootEntry, bootInterface, hyphenated } from "./entry";

export const ipxeScriptName = (mac: string) => `${hyphenated(mac)}.ipxe`;

/**
 * One machine's iPXE script (ipxe.org/scripting). Every initramfs gets a name that the kernel is told by `initrd=`: on UEFI
 * the kernel itself fetches them by that name, and panics without it; on BIOS it makes no difference.
 */
export function ipxeScript(entry: BootEntry): string {
  const initrds = entry.initrds.map((location, index) => ({ name: `initrd${index}.img`, location: located(location) }));
  const args = [
    ...initrds.map(({ name }) => `initrd=${name}`),
    ...entry.kernelArguments,
    bootInterface(entry.mac),
  ].join(" ");
  return `#!ipxe
# ${entry.owner}
:again
imgfree
kernel ${located(entry.kernel)} ${args} || goto failed
${initrds.map(({ name, location }) => `initrd --name ${name} ${location} || goto failed`).join("\n")}
boot || goto failed
:failed
echo not loaded, once more in ${retrySeconds(entry.mac)} s
sleep ${retrySeconds(entry.mac)}
goto again
`;
}

/** iPXE has no random numbers: the MAC address spreads the retries of a room that boots all at once over 3 to 18 seconds. */
const retrySeconds = (mac: string) => 3 + (Number.parseInt(mac.slice(-2), 16) % 16);

const located = (location: string) => (location.startsWith("/") ? `tftp://\${next-server}${location}` : location);

/** What every iPXE is sent to first: it goes on to the script of the machine by the MAC address that it booted from. */
export function ipxeEntrance(url: string): string {
  return `#!ipxe
:again
chain --replace ${url}/ipxe/\${netX/mac:hexhyp}.ipxe ||
echo the PXE server does not answer, once more in 5 s
sleep 5
goto again
`;
}
