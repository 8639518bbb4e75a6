import { type BootEntry, bootInterface, hardwareAddress, retrySeconds } from "./entry";
import { architectureOf, type Identity, macOf, uuidOf, wireForms } from "./identity";

/** First hexadecimal digits of the IPv4 addresses that a machine can have. */
const firstDigits = "0123456789ABCD".split("");

/**
 * PXELINUX asks for the file of its machine's UUID, then for that of its hardware type (01: Ethernet) and MAC address, then for ever
 * shorter beginnings of its IPv4 address in hexadecimal digits, and last for `default`, which is the server's. It knows no serial
 * number: then there is no file.
 */
export function pxelinuxConfigNames(identity: Identity): string[] {
  const mac = macOf(identity);
  if (mac) return [hardwareAddress(mac)];
  if (architectureOf(identity)) return firstDigits;
  const uuid = uuidOf(identity);
  return uuid ? wireForms(uuid) : [];
}

/**
 * A PXELINUX configuration (SYSLINUX wiki, Config). IPAPPEND 2 adds BOOTIF, by which the initramfs knows the interface
 * that booted. The first try is at once (PROMPT is 0 where nothing else is said); when it fails, PXELINUX prompts, and TIMEOUT, in
 * tenths of a second, is how long it waits for somebody to type before it tries again.
 */
export const pxelinuxConfig = (entry: BootEntry) => `# ${entry.owner}
DEFAULT pxeboot
TIMEOUT ${retrySeconds(entry.identity) * 10}
LABEL pxeboot
  KERNEL ${entry.kernel}
  APPEND ${append(entry)}
  IPAPPEND 2
`;

function append(entry: BootEntry): string {
  const [network, rest] = split(entry.kernelArguments);
  return [...network, `initrd=${entry.initrds.join(",")}`, ...rest].join(" ");
}

/**
 * The subset of PXELINUX's language that the network boot of other architectures reads from the same file: Petitboot
 * (ppc64le), QEMU's s390-ccw and U-Boot. They know no IPAPPEND, and no more than one initramfs.
 */
export function pxelinuxSubset(entry: BootEntry): string {
  const own = macOf(entry.identity) ? [bootInterface(entry.identity, "")] : [];
  const append = [...entry.kernelArguments, ...own].join(" ");
  return `# ${entry.owner}
DEFAULT pxeboot
LABEL pxeboot
  KERNEL ${entry.kernel}
  INITRD ${entry.initrds.join(",")}
  APPEND ${append}
`;
}

/** The network's arguments come first, as in the project's reference entry. */
function split(args: readonly string[]): [string[], string[]] {
  const isNetwork = (argument: string) => /^(ip|rd\.neednet|nameserver)=/.test(argument);
  return [args.filter(isNetwork), args.filter((argument) => !isNetwork(argument))];
}
