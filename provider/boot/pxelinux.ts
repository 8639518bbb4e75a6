/** What one machine boots, in terms that every boot loader shares. Locations are URLs or paths below the TFTP root. */
export interface BootEntry {
  /** Written as a comment above the entry; the first word pair names the owner: "Machine node1". */
  readonly owner: string;
  readonly kernel: string;
  /** In the order in which the kernel unpacks them. */
  readonly initrds: readonly string[];
  /** Kernel arguments without `initrd=` and `BOOTIF=`, which are the boot loader's matter. */
  readonly kernelArguments: readonly string[];
}

/** PXELINUX asks for this file first of all, by hardware type (01: Ethernet) and MAC address. */
export const pxelinuxConfigName = (mac: string) => `01-${mac.replaceAll(":", "-")}`;

/** Bytes that an x86-64 kernel takes of its command line (COMMAND_LINE_SIZE in arch/x86/include/asm/setup.h, less the final zero). */
export const commandLineLimit = 2047;

/** Bytes of the command line that PXELINUX makes: BOOT_IMAGE= comes before what is appended, BOOTIF= after it. */
export const commandLineLength = (entry: BootEntry) =>
  `BOOT_IMAGE=${entry.kernel} ${append(entry)} BOOTIF=01-00-00-00-00-00-00`.length;

/**
 * A PXELINUX configuration (SYSLINUX wiki, Config). IPAPPEND 2 adds BOOTIF, by which the initramfs knows the interface
 * that booted.
 */
export const pxelinuxConfig = (entry: BootEntry) => `# ${entry.owner}
DEFAULT pxeboot
LABEL pxeboot
  KERNEL ${entry.kernel}
  APPEND ${append(entry)}
  IPAPPEND 2
`;

function append(entry: BootEntry): string {
  const [network, rest] = split(entry.kernelArguments);
  return [...network, `initrd=${entry.initrds.join(",")}`, ...rest].join(" ");
}

/** The network's arguments come first, as in the project's reference entry. */
function split(args: readonly string[]): [string[], string[]] {
  const isNetwork = (argument: string) => /^(ip|rd\.neednet|nameserver)=/.test(argument);
  return [args.filter(isNetwork), args.filter((argument) => !isNetwork(argument))];
}
