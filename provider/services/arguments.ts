import type { DhcpMode, Handout } from "../boot/network";
import { handoutProblems, isInside, parseSubnet } from "../boot/network";
import type { UnknownMachines } from "../boot/unknownMachines";
import { type Connection, connectionSchema, nameOf } from "../hosts/connection";
import { type CheckFailure, checkInputs } from "../inputs";
import { dockerConnectionProblem } from "./dockerConnection";
import type { ServicesKind } from "./index";

export interface GivenNetwork extends Handout {
  readonly interface: string;
  readonly subnet: string;
  readonly dhcp?: DhcpMode;
  readonly besideOtherDhcp?: boolean;
  readonly address?: string;
  readonly lab?: string;
}

/** What a PxeServer is declared with. */
export interface Arguments {
  readonly name: string;
  readonly services?: ServicesKind | "none";
  readonly connection?: Connection;
  readonly containers?: { image: string };
  readonly prepare?: boolean;
  readonly network?: GivenNetwork;
  readonly directory?: string;
  readonly url?: string;
  readonly tls?: boolean;
  readonly restrict?: boolean;
  readonly artifacts?: { url?: string; s3?: { endpoint: string; bucket: string; region?: string } };
  readonly unknownMachines?: UnknownMachines;
}

const range = {
  type: "object",
  properties: { first: { type: "string", format: "ipv4" }, last: { type: "string", format: "ipv4" } },
  required: ["first", "last"],
  additionalProperties: false,
};

/** It becomes part of a line of dnsmasq's configuration, in which commas part values and a number sign begins a comment. */
const optionText = "^[\\w./:@+-]{1,255}$";

export const schema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    services: { type: "string", enum: ["process", "systemd", "docker", "none"] },
    connection: connectionSchema,
    containers: {
      type: "object",
      properties: { image: { type: "string", format: "image" } },
      required: ["image"],
      additionalProperties: false,
    },
    prepare: { type: "boolean" },
    network: {
      type: "object",
      properties: {
        interface: { type: "string", format: "interface" },
        subnet: { type: "string", format: "subnet" },
        dhcp: { type: "string", enum: ["server", "proxy", "none"] },
        besideOtherDhcp: { type: "boolean" },
        address: { type: "string", format: "ipv4" },
        ranges: { type: "array", items: range, minItems: 1 },
        leaseTime: { type: "string", format: "duration" },
        dhcpOptions: {
          type: "object",
          propertyNames: { pattern: "^([a-z][a-z0-9-]*|[1-9]\\d{0,2})$" },
          additionalProperties: {
            type: ["string", "array"],
            pattern: optionText,
            items: { type: "string", pattern: optionText },
            minItems: 1,
          },
        },
        lab: { type: "string" },
      },
      required: ["interface", "subnet"],
      additionalProperties: false,
    },
    unknownMachines: { type: "string", enum: ["local-disk", "sanboot", "discover", "nothing"] },
    directory: { type: "string", format: "absolutePath" },
    url: { type: "string", format: "baseUrl" },
    tls: { type: "boolean" },
    restrict: { type: "boolean" },
    artifacts: {
      type: "object",
      properties: {
        url: { type: "string", format: "baseUrl" },
        s3: {
          type: "object",
          properties: {
            endpoint: { type: "string", format: "baseUrl" },
            bucket: { type: "string", pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" },
            region: { type: "string", pattern: "^[a-z0-9-]+$" },
          },
          required: ["endpoint", "bucket"],
          additionalProperties: false,
        },
      },
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
    },
  },
  required: ["name"],
  additionalProperties: false,
};

const directorySchema = { type: "object", properties: { directory: schema.properties.directory } };

/** What is wrong with the directory, which comes from this machine's environment where none is given. */
export function directoryProblems(directory: string, services: string): CheckFailure[] {
  const failures = checkInputs(directorySchema, { directory });
  if (services !== "systemd" || !/^\/(tmp|var\/tmp|home|root|run\/user)(\/|$)/.test(directory)) return failures;
  const reason = `directory must not lie in /tmp, /var/tmp, /home, /root or /run/user with services "systemd", whose units don't see them, got "${directory}"`;
  return [...failures, { property: "directory", reason }];
}

type Problem = readonly [property: string, reason: string];

/** What can't be meant together. */
export function contradictions(news: Arguments, services: string): CheckFailure[] {
  const { network, connection, containers } = news;
  const dockerProblem = services === "docker" && connection && dockerConnectionProblem(connection);
  const withPassphrase = [connection, connection?.jump].find((hop) => hop?.passphrase !== undefined);
  const found: (Problem | false | undefined)[] = [
    services !== "none" &&
      !network && ["network", `network is required with services "${services}": the interface and its subnet`],
    services === "docker" &&
      !containers && [
        "containers",
        'containers is required with services "docker": { image }, an image that holds dnsmasq, nginx and the boot programs',
      ],
    services !== "docker" &&
      containers && ["containers", `containers are for services "docker", got services "${services}"`],
    dockerProblem ? ["connection", dockerProblem] : undefined,
    news.prepare &&
      withPassphrase && [
        "prepare",
        `prepare starts ssh by itself, which can't be given the passphrase of ${nameOf(withPassphrase)}: load that key into an agent`,
      ],
    network?.lab !== undefined &&
      (connection || services === "systemd" || services === "docker") && [
        "network",
        `network.lab is a network of this machine, whose services are ordinary processes: leave out ${connection ? "connection" : `services "${services}"`}`,
      ],
    news.restrict &&
      !news.tls && ["restrict", "restrict needs tls: true: only what is sent over TLS can be restricted"],
    services === "none" &&
      news.tls && ["tls", 'tls must not be set with services "none": give the https url of what serves the directory'],
    services === "none" &&
      !news.url && ["url", 'url is required with services "none": where machines will reach the directory'],
  ];
  const told = found.flatMap((problem) => (problem ? [{ property: problem[0], reason: problem[1] }] : []));
  return [...told, ...(network ? networkProblems(network) : [])];
}

function networkProblems(network: GivenNetwork): CheckFailure[] {
  const subnet = parseSubnet(network.subnet);
  if (!subnet) return []; // told already
  const { address } = network;
  const outside =
    address && !isInside(subnet, address)
      ? [`network.address must lie inside network.subnet ${network.subnet}, got "${address}"`]
      : [];
  const reasons = [...outside, ...handoutProblems(network, subnet, network.dhcp ?? "proxy", address)];
  return reasons.map((reason) => ({ property: "network", reason }));
}
