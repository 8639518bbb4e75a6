import { type Identity, identityName, macOf } from "./identity";

/** Boot loaders that a machine can be told to use; what each reads is rendered from one {@link BootEntry}. */
export type BootLoader = "pxelinux" | "ipxe" | "grub";

/** How a boot loader fetches kernel and initramfs. The rootfs and the Ignition config always come over HTTP. */
export type Transport = "http" | "tftp";

/** What one machine boots, in terms that every boot loader shares. Locations are URLs, or paths below the TFTP root ("/store/…"). */
export interface BootEntry {
  /** Written as a comment above the entry; the first word pair names the owner: "Machine node1". */
  readonly owner: string;
  readonly identity: Identity;
  readonly kernel: string;
  /** In the order in which the kernel unpacks them. */
  readonly initrds: readonly string[];
  /** Kernel arguments without `initrd=` and `BOOTIF=`, which are the boot loader's matter. */
  readonly kernelArguments: readonly string[];
}

/** "01-52-54-00-44-00-01": hardware type (Ethernet) and MAC address, as in file names and in BOOTIF. */
export const hardwareAddress = (mac: string) => `01-${identityName(mac)}`;

/**
 * By which the initramfs knows the interface that booted; PXELINUX alone adds it by itself. Of a machine that isn't known by its
 * MAC address, the boot loader has to say it, in its own language.
 */
export function bootInterface(identity: Identity, ownAddress: string): string {
  const mac = macOf(identity);
  return `BOOTIF=${mac ? hardwareAddress(mac) : `01-${ownAddress}`}`;
}

/** Boot loaders have no random numbers: what a machine is known by spreads the retries of a room that boots all at once over 3 to 18 seconds. */
export const retrySeconds = (identity: Identity) => 3 + (Number.parseInt(identity.slice(-1), 36) % 16 || 0);
