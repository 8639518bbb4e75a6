import { type Host, mustRun } from "../hosts/host";
import { type Daemon, isRunning, signal, start, stop } from "../hosts/processes";
import { type Site, sitePaths } from "../hosts/site";

/** The daemons of a PXE server, each with the text of its configuration. */
export type ServiceName = "dnsmasq" | "nginx";
export type ServiceConfigs = Readonly<Record<ServiceName, string>>;
export type ServiceStates = Record<ServiceName, "running" | "stopped" | "configuration altered">;

const names: readonly ServiceName[] = ["nginx", "dnsmasq"]; // whoever gets an address may fetch at once

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

const configFile = (site: Site, name: ServiceName) => `${sitePaths(site).etc}/${name}.conf`;
const daemonOf = (site: Site, name: ServiceName): Daemon => ({ name, directory: sitePaths(site).run });

/** Makes the daemons run with these configurations. One that already does is left alone. */
export async function runServices(host: Host, site: Site, configs: ServiceConfigs): Promise<void> {
  for (const name of names) await runService(host, site, name, configs[name]);
}

async function runService(host: Host, site: Site, name: ServiceName, config: string): Promise<void> {
  const file = configFile(site, name);
  const daemon = daemonOf(site, name);
  const previous = await host.readFile(file);
  if (previous?.toString() === config && (await isRunning(host, daemon))) return;
  await testConfig(host, site, name, config);
  await stop(host, daemon);
  await host.writeFile(file, config);
  try {
    await startAndWatch(host, site, name);
  } catch (error) {
    if (previous) {
      await host.writeFile(file, previous);
      await startAndWatch(host, site, name).catch(() => undefined);
    }
    throw error;
  }
}

async function testConfig(host: Host, site: Site, name: ServiceName, config: string): Promise<void> {
  const candidate = `${configFile(site, name)}.candidate`;
  await host.writeFile(candidate, config);
  try {
    await mustRun(host, commands[name].test(candidate));
  } finally {
    await host.remove(candidate);
  }
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

export async function stopServices(host: Host, site: Site): Promise<void> {
  for (const name of [...names].reverse()) await stop(host, daemonOf(site, name));
}

/** What the daemons really do. */
export async function serviceStates(host: Host, site: Site, configs: ServiceConfigs): Promise<ServiceStates> {
  const stateOf = async (name: ServiceName) => {
    if (!(await isRunning(host, daemonOf(site, name)))) return "stopped";
    const text = (await host.readFile(configFile(site, name)))?.toString();
    return text === configs[name] ? "running" : "configuration altered";
  };
  return { dnsmasq: await stateOf("dnsmasq"), nginx: await stateOf("nginx") };
}

/** Makes dnsmasq forget the machines whose files in `dhcp-hostsdir` are gone; new and changed ones it sees by itself. */
export async function forgetRemovedHosts(host: Host, site: Site): Promise<void> {
  await signal(host, daemonOf(site, "dnsmasq"), "HUP");
}
