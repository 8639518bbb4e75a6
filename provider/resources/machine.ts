import type * as dynamic from "@pulumi/pulumi/dynamic";
import { consequence } from "../boot/consequence";
import { dhcpHostLine } from "../boot/dnsmasq";
import { parseDuration } from "../boot/duration";
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
import { type BootReport, latestReport, latestReports } from "../boot/reports";
import { BootFailure, waitForBoot } from "../boot/waitForBoot";
import { changedKeys } from "../equal";
import { everywhere, hostOf, withdrawFrom, withdrawFromLeft } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, isSamePlace, overlap, type Site } from "../hosts/site";
import { mergeProblems } from "../ignition/mergeProblems";
import { type PowerControl, powerControl } from "../power";
import { parseReleaseRef, readManifest } from "../releases/ref";
import { rereadHosts } from "../services/rereadHosts";
import { isUnknown, unknownMarker } from "../unknown";
import { toWire } from "../wire";
import { bindingOf, type MachineInputs as Inputs, machineSchema, mismatches, otherArchitecture } from "./machineInputs";
import { changedMatches, checkMatched, claim, claimMatch, normalMatch } from "./match";

interface State extends Inputs {
  /** What it last phoned home with; absent: nothing yet, or it is switched off. */
  readonly bootedDigest?: string;
  readonly bootedVersion?: string;
  /** ISO 8601, by the server's clock. */
  readonly bootedAt?: string;
  readonly bootedAddress?: string;
  /** From power-on to phone-home; absent where the package did not switch it on. */
  readonly bootSeconds?: number;
  /** Of an architecture's machines, each that phoned home. */
  readonly bootedMachines?: readonly BootedMachine[];
}

interface BootedMachine extends Required<Pick<State, "bootedDigest" | "bootedVersion" | "bootedAt" | "bootedAddress">> {
  readonly mac?: string;
}

export async function check(olds: Partial<Inputs>, news: Partial<Inputs>): Promise<dynamic.CheckResult> {
  const failures = [...checkMatched(machineSchema, news), ...mismatches(news)];
  const inputs = normalMatch(news) as Inputs;
  if (failures.length === 0)
    failures.push(...claimMatch("Machine", inputs), ...claim("Machine", inputs, "address", inputs.address));
  if (failures.length > 0) return { inputs: toWire(inputs), failures };
  if (isUnknown(news)) return { inputs: toWire({ ...inputs, bootDigest: unknownMarker, consequence: unknownMarker }) };
  const binding = bindingOf(inputs);
  failures.push(...otherArchitecture(inputs));
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

type Booted = Pick<
  State,
  "bootedDigest" | "bootedVersion" | "bootedAt" | "bootedAddress" | "bootSeconds" | "bootedMachines"
>;

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
  const running = inputs.waitForBoot ? await runningReport(host, inputs, power) : undefined;
  if (running?.digest === inputs.bootDigest) return fromReport(running);

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
  const { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds, bootedMachines } = state;
  return { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds, bootedMachines };
}

/** What it phoned home with since it was switched on: an `up` that was interrupted, or gave up waiting, doesn't know of it. */
async function runningReport(host: Host, inputs: Inputs, power: PowerControl): Promise<BootReport | undefined> {
  const since = await power.onSince();
  const report = since && (await latestReport(host, inputs.site, identityOf(inputs)));
  return report && report.at >= since ? report : undefined;
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
  const bootedMachines = props.architecture ? await machinesOf(host, props) : undefined;
  const drift = (await isIntact(props)) ? runningDrift(props, isOff, report) : "its files on the server were altered";
  const outs = toWire({ ...inputsOf(props), ...booted, bootedMachines, bootDigest: drift ?? props.bootDigest });
  return { id, props: outs, inputs: inputsOf(outs) };
}

async function machinesOf(host: Host, props: State): Promise<BootedMachine[]> {
  const reports = await latestReports(host, props.site, identityOf(props));
  const machines = reports.map((report) => ({ mac: report.mac, ...fromReport(report) }));
  return machines.sort((one, other) => (String(one.mac) < String(other.mac) ? -1 : 1));
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
  const { bootedDigest, bootedVersion, bootedAt, bootedAddress, bootSeconds, bootedMachines, ...inputs } = state;
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
