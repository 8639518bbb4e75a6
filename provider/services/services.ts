import type { DhcpMode, Network } from "../boot/network";
import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { requireNoOtherDhcp } from "./otherDhcp";
import { requireFreePorts } from "./ports";

/** The daemons of a PXE server, each with the text of its configuration. */
export type ServiceName = "dnsmasq" | "nginx";
export type ServiceConfigs = Readonly<Record<ServiceName, string>>;
export type ServiceStates = Record<ServiceName, "running" | "stopped" | "configuration altered">;
export type ServedNetwork = Pick<Network, "interface" | "address"> & {
  /** Absent: "server". */
  readonly dhcp?: DhcpMode;
  /** Hands out addresses though another server does so too. */
  readonly besideOtherDhcp?: boolean;
};

/** How daemons are run on a host. */
export interface Services {
  /** Makes them run with these configurations; where they do already, nothing happens. */
  run(host: Host, site: Site, configs: ServiceConfigs, network: ServedNetwork): Promise<void>;
  stop(host: Host, site: Site): Promise<void>;
  /** What they really do. */
  states(host: Host, site: Site, configs: ServiceConfigs): Promise<ServiceStates>;
}

/** What differs between the ways in which a daemon can run. */
export interface Runner {
  /** Makes what the daemons need beside their configurations: true where that changed. */
  prepare(host: Host, site: Site): Promise<boolean>;
  /** The command that lets a daemon judge a configuration without acting on it. */
  test(name: ServiceName, configFile: string): string[];
  isRunning(host: Host, site: Site, name: ServiceName): Promise<boolean>;
  /**
   * Starts it, or makes it take up its new configuration; an error with what it said where it does not run then.
   * `afresh`: the process itself must be another.
   */
  restart(host: Host, site: Site, name: ServiceName, afresh: boolean): Promise<void>;
  stop(host: Host, site: Site): Promise<void>;
  /** Whether what {@link prepare} made is as it was made. */
  isPrepared(host: Host, site: Site): Promise<boolean>;
}

/** Whoever gets an address may fetch at once, so the files are served before the addresses. */
export const serviceNames: readonly ServiceName[] = ["nginx", "dnsmasq"];

export const configFile = (site: Site, name: ServiceName) => `${sitePaths(site).etc}/${name}.conf`;

/** A configuration replaces the working one when the daemon itself found it good; one that fails nevertheless is taken back. */
export function servicesBy(runner: Runner): Services {
  return {
    run: async (host, site, configs, network) => {
      const changed = await runner.prepare(host, site);
      for (const name of serviceNames) await runOne(runner, host, site, name, configs[name], network, changed);
    },
    stop: (host, site) => runner.stop(host, site),
    states: async (host, site, configs) => {
      const intact = await runner.isPrepared(host, site);
      const stateOf = async (name: ServiceName) => {
        if (!(await runner.isRunning(host, site, name))) return "stopped";
        const text = (await host.readFile(configFile(site, name)))?.toString();
        return intact && text === configs[name] ? "running" : "configuration altered";
      };
      return { dnsmasq: await stateOf("dnsmasq"), nginx: await stateOf("nginx") };
    },
  };
}

async function runOne(
  runner: Runner,
  host: Host,
  site: Site,
  name: ServiceName,
  config: string,
  network: ServedNetwork,
  mustRestart: boolean,
): Promise<void> {
  const file = configFile(site, name);
  const previous = (await host.readFile(file))?.toString();
  const isRunning = await runner.isRunning(host, site, name);
  if (previous === config && isRunning && !mustRestart) return;
  await testConfig(runner, host, site, name, config);
  if (!isRunning) await requireFreePorts(host, site, name, network);
  const handsOut = name === "dnsmasq" && (network.dhcp ?? "server") === "server";
  if (handsOut && !isRunning && !network.besideOtherDhcp) await requireNoOtherDhcp(host, network);
  await host.writeFile(file, config);
  try {
    await runner.restart(host, site, name, mustRestart);
  } catch (error) {
    if (previous === undefined || previous === config) throw error;
    await host.writeFile(file, previous);
    const back = await runner.restart(host, site, name, true).then(
      () => "the configuration from before is back and works",
      () => "nor does it run with the configuration from before",
    );
    throw new Error(`${(error as Error).message} (${back})`);
  }
}

async function testConfig(runner: Runner, host: Host, site: Site, name: ServiceName, config: string): Promise<void> {
  const candidate = `${configFile(site, name)}.candidate`;
  await host.writeFile(candidate, config);
  try {
    await mustRun(host, runner.test(name, candidate));
  } finally {
    await host.remove(candidate);
  }
}
