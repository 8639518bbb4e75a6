import { createHash } from "node:crypto";
import type { ConnectionArgs } from "./arguments";
import { type Pieces, textFile } from "./pieces";

/**
 * NetworkManager keyfiles, one a connection (nm-settings-keyfile(5)). An interface without addresses uses DHCP. They are
 * 0600 because NetworkManager ignores others.
 */
export function fromNetwork(connections: readonly ConnectionArgs[] = []): Pieces {
  const profiles = connections.flatMap((connection) => [profile(connection), ...bondMembers(connection)]);
  return {
    files: profiles.map(({ id, sections }) =>
      textFile(`/etc/NetworkManager/system-connections/${id}.nmconnection`, keyfile(sections), 0o600),
    ),
  };
}

type Section = readonly [name: string, values: readonly (readonly [string, string | number | undefined])[]];

interface Profile {
  readonly id: string;
  readonly sections: readonly Section[];
}

function profile(connection: ConnectionArgs): Profile {
  const { vlan, bond, mac, mtu } = connection;
  const id = connection.interface;
  const type = vlan ? "vlan" : bond ? "bond" : "ethernet";
  const sections: Section[] = [
    ["connection", [...identity(id, type), ["interface-name", mac === undefined ? id : undefined]]],
    [
      "ethernet",
      [
        ["mac-address", mac],
        ["mtu", mtu],
      ],
    ],
    [
      "vlan",
      vlan
        ? [
            ["parent", vlan.parent],
            ["id", vlan.id],
          ]
        : [],
    ],
    ["bond", bond ? [["mode", bond.mode ?? "active-backup"], ...Object.entries(bond.options ?? { miimon: 100 })] : []],
    ["ipv4", addressing(connection, 4)],
    ["ipv6", addressing(connection, 6)],
  ];
  return { id, sections };
}

const bondMembers = ({ interface: master, bond }: ConnectionArgs): Profile[] =>
  (bond?.members ?? []).map((member) => ({
    id: member,
    sections: [
      [
        "connection",
        [...identity(member, "ethernet"), ["interface-name", member], ["master", master], ["slave-type", "bond"]],
      ],
    ],
  }));

function identity(id: string, type: string): [string, string][] {
  const hex = createHash("sha256").update(`fcos-pxe ${id}`).digest("hex");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return [
    ["id", id],
    ["uuid", uuid],
    ["type", type],
  ];
}

function addressing(connection: ConnectionArgs, family: 4 | 6): [string, string | undefined][] {
  const ofFamily = (address: string) => address.includes(":") === (family === 6);
  const addresses = (connection.addresses ?? []).filter(ofFamily);
  const list = (values: readonly string[] = []) => (values.length > 0 ? `${values.join(";")};` : undefined);
  const hasAny = (connection.addresses ?? []).length > 0;
  const method = addresses.length > 0 ? "manual" : !hasAny || family === 6 ? "auto" : "disabled";
  return [
    ["method", method],
    ...addresses.map((address, index) => [`address${index + 1}`, address] as [string, string]),
    ["gateway", family === 4 ? connection.gateway : connection.gateway6],
    ["dns", list(connection.dns?.filter(ofFamily))],
    ["dns-search", family === 4 ? list(connection.search) : undefined],
  ];
}

const keyfile = (sections: readonly Section[]) =>
  sections
    .map(([name, values]) => [name, values.filter(([, value]) => value !== undefined)] as const)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => `[${name}]\n${values.map(([key, value]) => `${key}=${value}\n`).join("")}`)
    .join("\n");
