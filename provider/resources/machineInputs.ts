import type { BootLoader, Transport } from "../boot/entry";
import { identityOf } from "../boot/identity";
import type { Binding } from "../boot/publish";
import { parseIgnitionRefs } from "../ignition/ref";
import type { CheckFailure } from "../inputs";
import type { Power } from "../power";
import { parseReleaseRef } from "../releases/ref";
import { type Matched, matchSchema } from "./match";

/** What a Machine is declared with, checked. */
export interface MachineInputs extends Matched {
  /** "stable 43.20261101.3.0 x86_64 sha256:…" */
  readonly release: string;
  /** "compute sha256:…" */
  readonly ignition: string;
  readonly kernelArguments?: readonly string[];
  readonly hostname?: string;
  readonly address?: string;
  readonly bootLoader?: BootLoader;
  readonly transport?: Transport;
  readonly power?: Power;
  /** Absent: "next-boot". */
  readonly reprovision?: "reboot" | "next-boot";
  readonly waitForBoot?: string;
  /** What the machine will phone home with, hex sha256. */
  readonly bootDigest: string;
  /** What the last change meant for the machine, in words. */
  readonly consequence?: string;
}

export const machineSchema = {
  type: "object",
  properties: {
    name: { type: "string", format: "resourceName" },
    site: { type: "object" },
    ...matchSchema,
    release: { type: "string" },
    ignition: { type: "string" },
    kernelArguments: { type: "array", items: { type: "string", format: "kernelArgument" } },
    hostname: { type: "string", format: "hostname" },
    address: { type: "string", format: "ipv4" },
    bootLoader: { type: "string", enum: ["pxelinux", "ipxe", "grub"] },
    transport: { type: "string", enum: ["http", "tftp"] },
    power: { type: "object", properties: { virtualMachine: { type: "string" } }, additionalProperties: false },
    reprovision: { type: "string", enum: ["reboot", "next-boot"] },
    waitForBoot: { type: "string", format: "duration" },
  },
  required: ["name", "site", "release", "ignition"],
  additionalProperties: false,
};

/** What one machine has to itself, and what needs DHCP to know it, which does so by its MAC address alone. */
export function mismatches(news: Partial<MachineInputs>): CheckFailure[] {
  const given = (properties: readonly (keyof MachineInputs)[]) => properties.filter((name) => news[name] !== undefined);
  const failed = (properties: readonly string[], why: string) =>
    properties.map((property) => ({ property, reason: `${property} ${why}` }));
  if (news.architecture !== undefined)
    return failed(
      given(["address", "bootLoader", "hostname", "power", "reprovision", "waitForBoot"]),
      "is one machine's, match.architecture means many: declare that one by what it is known by",
    );
  if (news.mac !== undefined) return [];
  return failed(given(["address", "bootLoader"]), "needs match.mac: DHCP knows a machine by nothing else");
}

export function otherArchitecture({ architecture, release }: MachineInputs): CheckFailure[] {
  const own = parseReleaseRef(release).architecture;
  if (architecture === undefined || architecture === own) return [];
  return [{ property: "release", reason: `release must be one for ${architecture}, got one for ${own}` }];
}

/** What of it decides on the files on the server. */
export function bindingOf(inputs: MachineInputs): Binding {
  const { name, hostname, address, bootLoader, transport, kernelArguments = [] } = inputs;
  const release = parseReleaseRef(inputs.release).digest;
  const ignition = parseIgnitionRefs(inputs.ignition).map(({ name: _, ...delivered }) => delivered);
  const identity = identityOf(inputs);
  return { name, identity, release, ignition, kernelArguments, hostname, address, bootLoader, transport };
}
