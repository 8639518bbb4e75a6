import type { Host } from "../hosts/host";
import { type Daemon, isRunning, start, stop } from "../hosts/processes";
import { type Site, sitePaths } from "../hosts/site";
import { configFile, type ServiceName, serviceNames, servicesBy } from "./services";

const commands: Record<ServiceName, { test: (config: string) => string[]; run: (config: string) => string[] }> = {
  // debug mode (--no-daemon) keeps dnsmasq from giving up privileges that a user namespace doesn't have to give
  dnsmasq: {
    test: (config) => ["dnsmasq", "--test", `--conf-file=${config}`],
    run: (config) => ["dnsmasq", "--no-daemon", "--pid-file=", `--conf-file=${config}`],
  },
  nginx: {
    test: (config) => ["nginx", "-t", "-q", "-e", "stderr", "-c", config],
    run: (config) => ["nginx", "-e", "stderr", "-c", config],
  },
};

const daemonOf = (site: Site, name: ServiceName): Daemon => ({ name, directory: sitePaths(site).run });

/** Ordinary processes: they outlive the program, but not a restart of the host. */
export const processes = servicesBy({
  prepare: async () => false,
  isPrepared: async () => true,
  test: (name, config) => commands[name].test(config),
  isRunning: (host, site, name) => isRunning(host, daemonOf(site, name)),
  restart: restartProcess,
  stop: async (host, site) => {
    for (const name of [...serviceNames].reverse()) await stop(host, daemonOf(site, name));
  },
});

export async function restartProcess(host: Host, site: Site, name: ServiceName): Promise<void> {
  await stop(host, daemonOf(site, name));
  await startAndWatch(host, site, name);
}

async function startAndWatch(host: Host, site: Site, name: ServiceName): Promise<void> {
  const log = `${sitePaths(site).log}/${name}.start.log`;
  await host.remove(log);
  await start(host, daemonOf(site, name), commands[name].run(configFile(site, name)), log);
  for (let looks = 0; looks < 3; looks++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    if (await isRunning(host, daemonOf(site, name))) continue;
    const said = (await host.readFile(log))?.toString().trim().split("\n").slice(-3).join("\n");
    throw new Error(`${host.name}: ${name} did not start: ${said || "it said nothing"}`);
  }
}
