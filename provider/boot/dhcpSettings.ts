import type { Site } from "../hosts/site";
import { architectures, programs } from "./bootChoice";
import type { Network } from "./network";

/** What an existing DHCP server must be given where the PXE server answers no DHCP, as text for each of the usual ones. */
export interface DhcpSettings {
  readonly dnsmasq: string;
  readonly isc: string;
  readonly kea: string;
  readonly windows: string;
}

interface Rule {
  /** Client architectures, DHCP option 93; none: every other. */
  readonly codes: readonly number[];
  readonly file: string;
  readonly isHttp: boolean;
}

export function dhcpSettings(site: Site, { address }: Pick<Network, "address">): DhcpSettings {
  const script = `${site.url}/ipxe/boot.ipxe`;
  const rules: Rule[] = architectures.map(({ tag, codes }) => {
    const [kind, architecture] = tag.split("-") as ["uefi" | "http", keyof typeof programs];
    const file = `boot/${programs[architecture].ipxe}`;
    return { codes, isHttp: kind === "http", file: kind === "http" ? `${site.url}/${file}` : file };
  });
  return {
    dnsmasq: dnsmasqText(address, rules, script),
    isc: iscText(address, rules, script),
    kea: keaText(address, rules, script),
    windows: windowsText(address, rules, script),
  };
}

function dnsmasqText(address: string, rules: readonly Rule[], script: string): string {
  const lines = rules.flatMap(({ codes, file, isHttp }, index) => [
    ...codes.map((code) => `dhcp-match=set:pxe${index},option:client-arch,${code}`),
    `tag-if=set:uefi,tag:pxe${index}`,
    `dhcp-boot=tag:pxe${index},tag:!runs-ipxe,${file}${isHttp ? "" : `,,${address}`}`,
    ...(isHttp ? [`dhcp-option-force=tag:pxe${index},tag:!runs-ipxe,60,HTTPClient`] : []),
  ]);
  return `${[
    "dhcp-match=set:runs-ipxe,175",
    ...lines,
    `dhcp-boot=tag:runs-ipxe,tag:uefi,${script},,${address}`,
    `dhcp-boot=tag:!uefi,lpxelinux.0,,${address}`,
  ].join("\n")}\n`;
}

const hex = (code: number) => code.toString(16).padStart(4, "0");

function iscText(address: string, rules: readonly Rule[], script: string): string {
  const branches = rules.map(({ codes, file, isHttp }) => {
    const test = codes
      .map((code) => `option client-architecture = ${hex(code).replace(/(..)(..)/, "$1:$2")}`)
      .join(" or ");
    const echo = isHttp ? '\n    option vendor-class-identifier "HTTPClient";' : "";
    return `if ${test} {\n  if exists user-class and option user-class = "iPXE" {\n    filename "${script}";\n  } else {\n    filename "${file}";${echo}\n  }\n}`;
  });
  return `option client-architecture code 93 = unsigned integer 16;
next-server ${address};
${branches.join(" els")} else {
  filename "lpxelinux.0";
}
`;
}

function keaText(address: string, rules: readonly Rule[], script: string): string {
  const isIpxe = "option[77].hex == 'iPXE'";
  const isOf = (codes: readonly number[]) => codes.map((code) => `option[93].hex == 0x${hex(code)}`).join(" or ");
  const uefi = isOf(rules.flatMap(({ codes }) => codes));
  const classes = [
    ...rules.map(({ codes, file, isHttp }, index) => ({
      name: `pxe-${index}`,
      test: `(${isOf(codes)}) and not (${isIpxe})`,
      "next-server": address,
      "boot-file-name": file,
      ...(isHttp
        ? { "option-data": [{ name: "vendor-class-identifier", data: "HTTPClient", "always-send": true }] }
        : {}),
    })),
    { name: "pxe-script", test: `(${uefi}) and ${isIpxe}`, "next-server": address, "boot-file-name": script },
    {
      name: "pxe-bios",
      test: `option[93].exists and not (${uefi})`,
      "next-server": address,
      "boot-file-name": "lpxelinux.0",
    },
  ];
  return `${JSON.stringify({ Dhcp4: { "client-classes": classes } }, null, 2)}\n`;
}

/** PowerShell for the DHCP role's policies; HTTP boot can't be told by its vendor class there, so PXE only. */
function windowsText(address: string, rules: readonly Rule[], script: string): string {
  const user = `Add-DhcpServerv4Class -Name "iPXE" -Type User -Data "iPXE"`;
  const uefi = rules.filter(({ isHttp }) => !isHttp);
  const all = uefi.flatMap(({ codes, file }) =>
    codes.map((code) => ({ file, name: `PXE ${code}`, vendor: `PXEClient:Arch:${String(code).padStart(5, "0")}` })),
  );
  return `${[
    user,
    ...all.map(({ name, vendor }) => `Add-DhcpServerv4Class -Name "${name}" -Type Vendor -Data "${vendor}"`),
    `Set-DhcpServerv4OptionValue -OptionId 66 -Value "${address}"`,
    'Set-DhcpServerv4OptionValue -OptionId 67 -Value "lpxelinux.0"',
    ...all.flatMap(({ name, file }) => [
      `Add-DhcpServerv4Policy -Name "${name} iPXE" -Condition AND -VendorClass EQ,"${name}*" -UserClass EQ,"iPXE"`,
      `Set-DhcpServerv4OptionValue -PolicyName "${name} iPXE" -OptionId 67 -Value "${script}"`,
      `Add-DhcpServerv4Policy -Name "${name}" -Condition AND -VendorClass EQ,"${name}*" -UserClass NE,"iPXE"`,
      `Set-DhcpServerv4OptionValue -PolicyName "${name}" -OptionId 67 -Value "${file}"`,
    ]),
  ].join("\n")}\n`;
}
