import { type BootEntry, bootInterface, retrySeconds } from "./entry";
import { type Identity, identityName } from "./identity";

export const ipxeScriptName = (identity: Identity) => `${identityName(identity)}.ipxe`;

/**
 * One machine's iPXE script (ipxe.org/scripting). Every initramfs gets a name that the kernel is told by `initrd=`: on UEFI
 * the kernel itself fetches them by that name, and panics without it; on BIOS it makes no difference.
 */
export function ipxeScript(entry: BootEntry): string {
  const initrds = entry.initrds.map((location, index) => ({ name: `initrd${index}.img`, location: located(location) }));
  const args = [
    ...initrds.map(({ name }) => `initrd=${name}`),
    ...entry.kernelArguments,
    bootInterface(entry.identity, ownAddress),
  ].join(" ");
  return `#!ipxe
# ${entry.owner}
:again
imgfree
kernel ${located(entry.kernel)} ${args} || goto failed
${initrds.map(({ name, location }) => `initrd --name ${name} ${location} || goto failed`).join("\n")}
boot || goto failed
:failed
echo not loaded, once more in ${retrySeconds(entry.identity)} s
sleep ${retrySeconds(entry.identity)}
goto again
`;
}

/** The MAC address of the interface that iPXE booted from, as in file names; iPXE writes it where this stands. */
const ownAddress = `\${netX/mac:hexhyp}`;

/** How a URL says what iPXE and the firmware say of the machine; `uristring` would write the UUID's bytes one by one. */
export const ownNames = `build=\${buildarch}&uuid=\${uuid}&serial=\${serial:uristring}`;

const located = (location: string) => (location.startsWith("/") ? `tftp://\${next-server}${location}` : location);

/** What every iPXE is sent to first: it goes on to the script of the machine, which nginx picks by what the URL says. */
export function ipxeEntrance(url: string): string {
  return `#!ipxe
:again
chain --replace ${url}/ipxe/${ownAddress}.ipxe?${ownNames} ||
echo the PXE server does not answer, once more in 5 s
sleep 5
goto again
`;
}
