import type { ServerOfLab } from "../../bench/labEnvironment";
import type { Firmware, NetworkBoot } from "../../provider/lab/firmware";

/** One way in which a machine of the lab comes from power-on to its operating system. */
export interface Row {
  readonly name: string;
  readonly hardware?: { firmware?: Firmware; networkBoot?: NetworkBoot; memoryMiB?: number };
  readonly machine?: { bootLoader?: "pxelinux" | "ipxe" | "grub"; transport?: "http" | "tftp" };
  /** What it is declared by; absent: its MAC address. */
  readonly match?: "uuid" | "serialNumber" | "architecture";
  readonly server?: ServerOfLab;
  /** The kernel can't be had until the logs hold this, that it was asked for in vain; the machine must then ask again by itself. */
  readonly outage?: RegExp;
  /** What the server's logs must hold of it: that it really came this way. */
  readonly proof: readonly RegExp[];
  /** Whether it belongs to the subset that is run at every change. */
  readonly always?: boolean;
}

const kernelByHttp = /"u":"\/store\/sha256\/KERNEL","s":200/;
const noKernelByHttp = /"u":"\/store\/sha256\/KERNEL","s":404/;
const kernelByTftp = /sent \S+\/store\/sha256\/KERNEL to /;
const noKernelByTftp = /file \S+\/store\/sha256\/KERNEL not found/;
const uefi = { firmware: "uefi", memoryMiB: 768 } as const;

export const rows: readonly Row[] = [
  { name: "BIOS, HTTP", proof: [/sent \S+\/lpxelinux\.0 to /, kernelByHttp] },
  { name: "BIOS, TFTP", machine: { transport: "tftp" }, proof: [/sent \S+\/lpxelinux\.0 to /, kernelByTftp] },
  { name: "iPXE ROM", machine: { bootLoader: "ipxe" }, proof: [/"u":"\/ipxe\/boot\.ipxe","s":200/, kernelByHttp] },
  {
    name: "UEFI PXE, chainloaded iPXE",
    hardware: uefi,
    proof: [/sent \S+\/boot\/snponly\.efi to /, /"u":"\/ipxe\/boot\.ipxe","s":200/, kernelByHttp],
  },
  {
    name: "UEFI HTTP, chainloaded iPXE",
    hardware: { ...uefi, networkBoot: "http" },
    proof: [/"u":"\/boot\/snponly\.efi","s":200/, /"u":"\/ipxe\/boot\.ipxe","s":200/, kernelByHttp],
  },
  {
    name: "UEFI PXE, GRUB",
    hardware: uefi,
    machine: { bootLoader: "grub" },
    proof: [/sent \S+\/boot\/shimx64\.efi to /, /sent \S+\/grubx64\.efi to /, kernelByTftp],
  },
  {
    name: "UEFI Secure Boot",
    hardware: { ...uefi, firmware: "uefi-secure-boot" },
    machine: { bootLoader: "grub" },
    proof: [/sent \S+\/boot\/shimx64\.efi to /, /sent \S+\/grubx64\.efi to /, kernelByTftp],
    always: true,
  },
  {
    name: "BIOS, by UUID",
    match: "uuid",
    proof: [/sent \S+\/pxelinux\.cfg\/[0-9a-f]{8}-[0-9a-f-]{27} to /, kernelByHttp],
  },
  {
    name: "UEFI, by serial number",
    hardware: uefi,
    match: "serialNumber",
    proof: [/"u":"\/ipxe\/[0-9a-f-]+\.ipxe\?build=x86_64&uuid=[0-9a-f-]+&serial=LAB-\w+","s":200/, kernelByHttp],
    always: true,
  },
  {
    name: "BIOS, by serial number",
    match: "serialNumber",
    server: { unknownMachines: "discover" },
    proof: [/sent \S+\/boot\/ipxe\.lkrn to /, /"u":"\/ipxe\/declared\/\S+&serial=LAB-\w+","s":200/, kernelByHttp],
  },
  {
    name: "BIOS, proxyDHCP",
    server: { dhcp: "proxy" },
    proof: [/PXE\(br0\) \S+ \S+ lpxelinux\.0/, /"ip":"10\.44\.0\.(5\d|60)"/, kernelByHttp],
    always: true,
  },
  {
    name: "UEFI, proxyDHCP",
    hardware: uefi,
    server: { dhcp: "proxy" },
    proof: [/sent \S+\/boot\/snponly\.efi to /, /"ip":"10\.44\.0\.(5\d|60)"/, kernelByHttp],
  },
  {
    name: "BIOS, config over TLS",
    server: { tls: true },
    proof: [/"u":"\/initrd\/ca\.img","s":200/, /"m":"GET","u":"\/ignition\/[0-9a-f]{64}\.ign","s":200/],
  },
  {
    name: "BIOS, PXELINUX, kernel missing at first",
    outage: noKernelByHttp,
    proof: [/sent \S+\/lpxelinux\.0 to /, kernelByHttp],
    always: true,
  },
  {
    name: "BIOS, iPXE, kernel missing at first",
    machine: { bootLoader: "ipxe" },
    outage: noKernelByHttp,
    proof: [/"u":"\/ipxe\/boot\.ipxe","s":200/, kernelByHttp],
  },
  {
    name: "UEFI, GRUB, kernel missing at first",
    hardware: uefi,
    machine: { bootLoader: "grub" },
    outage: noKernelByTftp,
    proof: [/sent \S+\/boot\/shimx64\.efi to /, kernelByTftp],
  },
  { name: "BIOS, by architecture", match: "architecture", proof: [/sent \S+\/pxelinux\.cfg\/0 to /, kernelByHttp] },
  {
    name: "UEFI, by architecture",
    hardware: uefi,
    match: "architecture",
    proof: [/"u":"\/ipxe\/[0-9a-f-]+\.ipxe\?build=x86_64&\S+","s":200/, kernelByHttp],
  },
];
