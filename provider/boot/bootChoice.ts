import type { Site } from "../hosts/site";

/** Client architectures (DHCP option 93, RFC 4578 and IANA's registry): EDK2 says 7 where the RFC's text means 9, and others say 9. */
export const architectures = [
  { tag: "uefi-x86_64", codes: [7, 9] },
  { tag: "uefi-aarch64", codes: [11] },
  { tag: "http-x86_64", codes: [16] },
  { tag: "http-aarch64", codes: [19] },
];

export const programs = {
  x86_64: { ipxe: "snponly.efi", shim: "shimx64.efi" },
  aarch64: { ipxe: "snponly-arm64.efi", shim: "shimaa64.efi" },
};

/**
 * dnsmasq's lines that give each client its boot program: by its architecture, by whether it is iPXE already (option 175, or
 * its user class), and by the tag "pxelinux", "ipxe" or "grub" of a machine that has a boot loader declared. Every set of tags
 * fits one `dhcp-boot` at most, because dnsmasq gives no order to several that fit.
 */
export function bootChoice(site: Site): string[] {
  const entrance = `${site.url}/ipxe/boot.ipxe`;
  const uefi = Object.entries(programs).flatMap(([architecture, { ipxe, shim }]) => [
    `dhcp-boot=tag:uefi-${architecture},tag:!script,tag:!grub,boot/${ipxe}`,
    `dhcp-boot=tag:uefi-${architecture},tag:!script,tag:grub,boot/${shim}`,
    `dhcp-boot=tag:http-${architecture},tag:!script,tag:!grub,${site.url}/boot/${ipxe}`,
    `dhcp-boot=tag:http-${architecture},tag:!script,tag:grub,${site.url}/boot/${shim}`,
    // firmware takes an offer for an HTTP boot only where this is repeated (UEFI specification, HTTP Boot)
    `dhcp-option-force=tag:http-${architecture},tag:!script,60,HTTPClient`,
  ]);
  return [
    ...architectures.flatMap(({ tag, codes }) =>
      codes.map((code) => `dhcp-match=set:${tag},option:client-arch,${code}`),
    ),
    ...architectures.map(({ tag }) => `tag-if=set:uefi,tag:${tag}`),
    "dhcp-match=set:runs-ipxe,175",
    "dhcp-userclass=set:runs-ipxe,iPXE",
    "tag-if=set:script,tag:runs-ipxe,tag:uefi,tag:!grub",
    "tag-if=set:script,tag:runs-ipxe,tag:ipxe",
    `dhcp-boot=tag:script,${entrance}`,
    "dhcp-boot=tag:!script,tag:!uefi,tag:!ipxe,lpxelinux.0",
    "dhcp-boot=tag:!script,tag:!uefi,tag:ipxe,boot/undionly.kpxe",
    ...uefi,
  ];
}

/** dnsmasq's names of the client architectures that it answers as a proxy; HTTP boot isn't among them. */
const proxied = [
  { types: ["x86-64_EFI", "BC_EFI"], architecture: "x86_64" },
  { types: ["ARM64_EFI"], architecture: "aarch64" },
] as const;

/**
 * What dnsmasq needs besides to answer as a proxy: boot services, by the same tags. A client that has none, which is iPXE on its
 * second round, gets the `dhcp-boot` that fits it.
 */
export function proxyServices(): string[] {
  const service = (tags: string, type: string, file: string) => `pxe-service=tag:!script,${tags},${type},boot,${file}`;
  return [
    "pxe-prompt=,0",
    service("tag:!uefi,tag:!ipxe", "x86PC", "lpxelinux.0"),
    service("tag:!uefi,tag:ipxe", "x86PC", "boot/undionly.kpxe"),
    ...proxied.flatMap(({ types, architecture }) =>
      types.flatMap((type) => [
        service("tag:!grub", type, `boot/${programs[architecture].ipxe}`),
        service("tag:grub", type, `boot/${programs[architecture].shim}`),
      ]),
    ),
  ];
}
