import type * as dynamic from "@pulumi/pulumi/dynamic";
import { consequence } from "../boot/consequence";
import { dhcpHostLine } from "../boot/dnsmasq";
import { parseDuration } from "../boot/duration";
import type { BootLoader, Transport } from "../boot/entry";
import { neededBodies, unreachableConfig } from "../boot/firstConfig";
import { identityOf } from "../boot/identity";
import { logPosition } from "../boot/progress";
import {
  type Binding,
  bootFiles,
  commandLineProblem,
  declaredDigest,
  isPublished,
  publish,
  requireContent,
  withdraw,
  withdrawOutdated,
} from "../boot/publish";
import { type BootReport, latestReport } from "../boot/reports";
import { BootFailure, waitForBoot } from "../boot/waitForBoot";
import { changedKeys } from "../equal";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, isSamePlace, overlap, type Site } from "../hosts/site";
import { mergeProblems } from "../ignition/mergeProblems";
import { parseIgnitionRefs } from "../ignition/ref";
import type { CheckFailure } from "../inputs";
import { type Power, powerControl } from "../power";
import { parseReleaseRef, readManifest } from "../releases/ref";
import { rereadHosts } from "../services/rereadHosts";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";
import { changedMatches, checkMatched, claim, claimMatch, type Matched, matchSchema, normalMatch } from "./match";

interface Inputs extends Matched {
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

interface State extends Inputs {
  /** What it last phoned home with; absent: nothing yet, or it is switched off. */
  readonly bootedDigest?: string;
  readonly bootedVersion?: string;
  /** ISO 8601, by the server's clock. */
  readonly bootedAt?: string;
  readonly bootedAddress?: string;
  /** From power-on to phone-home; absent where the package did not switch it on. */
  readonly bootSeconds?: number;
}

const schema = {
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

/** What needs DHCP to know the machine, which does so by its MAC address alone. */
const dhcpProblems = (news: Partial<Inputs>): CheckFailure[] =>
  (["address", "bootLoader"] as const)
    .filter((property) => news[property] !== undefined && news.mac === undefined)
    .map((property) => ({ property, reason: `${property} needs match.mac: DHCP knows a machine by nothing else` }));

export async function check(olds: Partial<Inputs>, news: Partial<Inputs>): Promise<dynamic.CheckResult> {
  const failures = [...checkMatched(schema, news), ...dhcpProblems(news)];
  const inputs = normalMatch(news) as Inputs;
  if (failures.length === 0)
    failures.push(...claimMatch("Machine", inputs), ...claim("Machine", inputs, "address", inputs.address));
  if (failures.length > 0) return { inputs: toWire(inputs), failures };
  if (isUnknown(news)) return { inputs: toWire({ ...inputs, bootDigest: unknownMarker, consequence: unknownMarker }) };
  const binding = bindingOf(inputs);
  const unreachable = everySite(inputs.site).flatMap((site) => unreachableConfig(site, binding) ?? [])[0];
  if (unreachable) return { inputs: toWire(inputs), failures: [unreachable] };
  const tooLong = commandLineProblem(inputs.site, binding, parseReleaseRef(inputs.release).architecture);
  if (tooLong) failures.push({ property: "kernelArguments", reason: tooLong });
  const isMerged = binding.hostname !== undefined || binding.ignition.length > 1;
  for (const problem of isMerged ? await mergeProblems(binding.ignition.map(({ digest }) => digest)) : [])
    failures.push({ property: "ignition", reason: `ignition is valid, but not as this machine merges it: ${problem}` });
  const declared = { ...inputs, bootDigest: declaredDigest(inputs.site, binding) };
  return { inputs: toWire({ ...declared, consequence: consequence(olds, declared) }), failures };
}

function bindingOf(inputs: Inputs): Binding {
  const { name, hostname, address, bootLoader, transport, kernelArguments = [] } = inputs;
  const release = parseReleaseRef(inputs.release).digest;
  const ignition = parseIgnitionRefs(inputs.ignition).map(({ name: _, ...delivered }) => delivered);
  const identity = identityOf(inputs);
  return { name, identity, release, ignition, kernelArguments, hostname, address, bootLoader, transport };
}

export async function diff(_id: string, olds: State, news: Inputs): Promise<dynamic.DiffResult> {
  if (changedKeys(olds, news).length > 0) {
    const moved = changedMatches(olds, news);
    return { replaces: moved.length > 0 ? moved : overlap(olds.site, news.site) ? [] : ["site"] };
  }
  return { changes: false };
}

const notBooted: Booted = {};

export async function create(inputs: Inputs): Promise<dynamic.CreateResult> {
  const booted = await provision(inputs, undefined);
  return { id: identityOf(inputs), outs: toWire({ ...inputs, ...booted }) };
}

export async function update(_id: string, olds: State, news: Inputs): Promise<dynamic.UpdateResult> {
  const booted = await provision(news, olds);
  const lease = dhcpHostLine(bindingOf(olds));
  for (const before of everySite(olds.site)) {
    const now = everySite(news.site).find((one) => isSamePlace(one, before));
    if (!now) continue;
    await withdrawOutdated(
      hostOf(now),
      { site: before, binding: bindingOf(olds) },
      { site: now, binding: bindingOf(news) },
    );
    if (lease && lease !== dhcpHostLine(bindingOf(news))) await rereadHosts(hostOf(now), now, lease);
  }
  await withdrawFromLeft(olds.site, news.site, (host, site) => withdrawAll(host, site, bindingOf(olds)));
  return { outs: toWire({ ...news, ...booted }) };
}

type Booted = Pick<State, "bootedDigest" | "bootedVersion" | "bootedAt" | "bootedAddress" | "bootSeconds">;

/** Publishes the machine's files and, where that is declared, restarts it and waits until it runs what they say. */
async function provision(inputs: Inputs, olds: State | undefined): Promise<Booted> {
  const host = hostOf(inputs.site);
  const manifest = await readManifest(host, inputs.site, inputs.release);
  const binding = bindingOf(inputs);
  await everywhere(inputs.site, async (one, site) => {
    await requireContent(one, site, binding, manifest);
    await publish(one, bootFiles(site, binding, manifest, await neededBodies(one, site, binding)));
  });
  const before = olds ? bootedOf(olds) : notBooted;
  const power = inputs.power && powerControl(inputs.power);
  if (before.bootedDigest === inputs.bootDigest) return before;
  // nobody waited for it, so what it runs is not known; that something else than its boot changed is no reason to restart it
  if (olds?.bootDigest === inputs.bootDigest && !inputs.waitForBoot) return before;
  if (!power || (inputs.reprovision !== "reboot" && (await power.isOn()))) return before;

  const logsFrom = await logPosition(host, inputs.site);
  const since = Date.now();
  await power.cycle();
  if (!inputs.waitForBoot) return before;
  const expected = {
    identity: identityOf(inputs),
    kernel: manifest.kernel.sha256,
    initramfs: manifest.initramfs.sha256,
    rootfs: manifest.rootfs?.sha256,
  };
  const timeoutMs = parseDuration(inputs.waitForBoot)!;
  const { site, bootDigest: digest } = inputs;
  try {
    const machine = `Machine ${inputs.name}`;
    const isTftp = inputs.transport === "tftp" || inputs.bootLoader === "grub"; // Debian's signed GRUB has no HTTP
    const wait = { host, site, machine, expected, digest, timeoutMs, since, logsFrom, power, isTftp };
    const report = await waitForBoot(wait);
    return { ...fromReport(report), bootSeconds: Math.round((report.at - since) / 100) / 10 };
  } catch (error) {
    if (error instanceof BootFailure) throw partialFailure(error, inputs);
    throw error;
  }
}

function bootedOf(state: State): Booted {
  const { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds } = state;
  return { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds };
}

const fromReport = (report: BootReport) => ({
  bootedDigest: report.digest,
  bootedVersion: report.version,
  bootedAt: new Date(report.at).toISOString(),
  bootedAddress: report.address,
});

/** Tells the engine that the resource exists but isn't what was declared: the next `up` goes on from here. */
function partialFailure(error: BootFailure, inputs: Inputs): Error {
  const properties = {
    ...toWire({ ...inputs, ...notBooted }),
    __provider: (inputs as { __provider?: string }).__provider,
  };
  return Object.assign(error, { id: identityOf(inputs), properties, reasons: [error.message], stack: error.message });
}

export async function read(id: string, props: State): Promise<dynamic.ReadResult> {
  const host = hostOf(props.site);
  const { power } = props;
  const isOff = power !== undefined && !(await powerControl(power).isOn());
  const report = isOff ? undefined : await latestReport(host, props.site, identityOf(props));
  const isSameBoot = report !== undefined && report.at === Date.parse(props.bootedAt ?? "");
  const booted = report
    ? { ...fromReport(report), bootSeconds: isSameBoot ? props.bootSeconds : undefined }
    : notBooted;
  const drift = (await isIntact(props)) ? runningDrift(props, isOff, report) : "its files on the server were altered";
  const outs = toWire({ ...inputsOf(props), ...booted, bootDigest: drift ?? props.bootDigest });
  return { id, props: outs, inputs: inputsOf(outs) };
}

/** What the machine runs where that isn't what it should run by now; the preview shows it in place of the boot digest. */
function runningDrift(props: State, isOff: boolean, report: BootReport | undefined): string | undefined {
  if (props.reprovision !== "reboot" || !props.waitForBoot) return undefined;
  if (isOff) return "switched off";
  if (!report) return "never phoned home";
  return report.digest === props.bootDigest ? undefined : report.digest;
}

async function isIntact(props: State): Promise<boolean> {
  const binding = bindingOf(props);
  for (const site of everySite(props.site)) {
    const host = hostOf(site);
    const manifest = await readManifest(host, site, props.release).catch(() => undefined);
    const bodies = await neededBodies(host, site, binding).catch(() => undefined);
    if (!manifest || !bodies || !(await isPublished(host, bootFiles(site, binding, manifest, bodies)))) return false;
  }
  return true;
}

function inputsOf(state: State): Inputs {
  const { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds, ...inputs } = state;
  return toWire(inputs);
}

/** With its fixed address, which dnsmasq would go on giving it. */
async function withdrawAll(host: Host, site: Site, binding: Binding): Promise<void> {
  await withdraw(host, site, binding);
  const lease = dhcpHostLine(binding);
  if (lease) await rereadHosts(host, site, lease);
}

async function remove(_id: string, props: State): Promise<void> {
  await withdrawFrom(everySite(props.site), (host, site) => withdrawAll(host, site, bindingOf(props)));
}

export { remove as delete };
