import { hostOf } from "../hosts";
import type { Host } from "../hosts/host";
import { everySite, type Site, sitePaths } from "../hosts/site";
import { architectureOf, type Identity, identityNamed, macOf } from "./identity";

/** One machine's report that it is up, as nginx logged it. */
export interface BootReport {
  readonly identity: Identity;
  /** What the machine was told to boot, hex sha256. */
  readonly digest: string;
  /** The operating system's own word for its version; empty where it has none. */
  readonly version: string;
  /** By the server's clock, milliseconds since 1970. */
  readonly at: number;
  /** The machine's address. */
  readonly address: string;
  /** By which MAC address it booted; absent where its boot loader didn't say. */
  readonly mac?: string;
}

/** The log of reports, read onward from where the last look ended, so that many waiting machines cost one reader. */
class ReportLog {
  private offset = 0;
  /** Of each identity, by machine: of an architecture there are many. */
  private latest = new Map<Identity, Map<string, BootReport>>();
  private reading: Promise<void> | undefined;

  constructor(
    private readonly host: Host,
    private readonly file: string,
  ) {}

  async latestOf(identity: Identity): Promise<readonly BootReport[]> {
    this.reading ??= this.readOn().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
    return [...(this.latest.get(identity)?.values() ?? [])];
  }

  private async readOn(): Promise<void> {
    const bytes = await this.host.readFrom(this.file, this.offset);
    const complete = bytes.subarray(0, bytes.lastIndexOf("\n") + 1); // nginx may be in the middle of a line
    this.offset += complete.length;
    for (const line of complete.toString().split("\n")) {
      const report = parseReport(line);
      if (!report) continue;
      const machines = this.latest.get(report.identity) ?? new Map<string, BootReport>();
      this.latest.set(report.identity, machines.set(machineOf(report), report));
    }
  }
}

const logs = new Map<string, ReportLog>();

/** One machine may report from several interfaces, unless many report as one. */
const machineOf = ({ identity, mac, address }: BootReport) => (architectureOf(identity) ? (mac ?? address) : "");

/** The newest report of a machine, of whatever boot; undefined when it never reported here. */
export async function latestReport(host: Host, site: Site, identity: Identity): Promise<BootReport | undefined> {
  const reports = await latestReports(host, site, identity);
  return reports.reduce<BootReport | undefined>(newer, undefined);
}

const newer = (one: BootReport | undefined, other: BootReport) => (other.at > (one?.at ?? 0) ? other : one);

/**
 * The newest report of each machine that is known by this: one, or all of an architecture. Of several servers a machine reports to
 * the one that it booted from; of these, some may be down.
 */
export async function latestReports(host: Host, site: Site, identity: Identity): Promise<BootReport[]> {
  const [first, ...replicas] = everySite(site) as [Site, ...Site[]];
  const looks = [latestOn(host, first, identity), ...replicas.map((one) => latestOn(hostOf(one), one, identity))];
  const answers = await Promise.allSettled(looks);
  if (answers.every(({ status }) => status === "rejected")) await looks[0];
  const machines = new Map<string, BootReport>();
  for (const report of answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : [])))
    machines.set(machineOf(report), newer(machines.get(machineOf(report)), report)!);
  return [...machines.values()];
}

function latestOn(host: Host, site: Site, identity: Identity): Promise<readonly BootReport[]> {
  const file = `${sitePaths(site).log}/booted.json`;
  const key = `${host.name} ${file}`;
  const log = logs.get(key) ?? new ReportLog(host, file);
  logs.set(key, log);
  return log.latestOf(identity);
}

const reportUri = /^\/booted\/([\w.-]+)\/([0-9a-f]{64})(?:\?(.*))?$/;

/** Reads one line of nginx's JSON log; undefined where it is not a machine's report (anyone may POST anything). */
export function parseReport(line: string): BootReport | undefined {
  let entry: { t?: number; ip?: string; m?: string; u?: string; s?: number };
  try {
    entry = JSON.parse(line) ?? {};
  } catch {
    return undefined;
  }
  const match = reportUri.exec(entry.u ?? "");
  const identity = match && identityNamed(match[1]!);
  if (!identity || entry.m !== "POST" || entry.s !== 204 || typeof entry.t !== "number") return undefined;
  const said = new URLSearchParams(match[3]);
  const mac = identityNamed(said.get("mac") ?? "");
  return {
    identity,
    digest: match[2]!,
    version: (said.get("version") ?? "").slice(0, 100),
    at: Math.round(entry.t * 1000),
    address: entry.ip ?? "",
    ...(mac && macOf(mac) ? { mac } : {}),
  };
}
