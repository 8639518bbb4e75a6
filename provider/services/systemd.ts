import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { type ServiceName, serviceNames, servicesBy } from "./services";
import { capabilities, serviceUser, unitFile, unitName, unitText } from "./systemdUnits";

/** Units of our own, beside those of the distribution, which are left alone. */
export const systemd = servicesBy({
  prepare,
  isPrepared: async (host, site) => {
    const same = serviceNames.map(async (name) => {
      const text = (await host.readFile(unitFile(site, name)))?.toString();
      return text === unitText(site, name, await binaryOf(host, name));
    });
    return (await Promise.all(same)).every(Boolean);
  },
  // as the service's user, with the service's capabilities: it makes log files, which must be that user's
  test: (name, config) => [...asServiceUser(name), ...testCommands[name](config)],
  isRunning: async (host, site, name) =>
    (await host.run(["systemctl", "is-active", "--quiet", unitName(site, name)])).code === 0,
  restart,
  stop: remove,
});

const testCommands: Record<ServiceName, (config: string) => string[]> = {
  nginx: (config) => ["nginx", "-t", "-q", "-e", "stderr", "-c", config],
  dnsmasq: (config) => ["dnsmasq", "--test", `--conf-file=${config}`],
};

function asServiceUser(name: ServiceName): string[] {
  const granted = capabilities[name].map((capability) => `+${capability.slice(4).toLowerCase()}`).join(",");
  return [
    ...["setpriv", `--reuid=${serviceUser}`, `--regid=${serviceUser}`, "--clear-groups"],
    ...[`--inh-caps=${granted}`, `--ambient-caps=${granted}`, "--"],
  ];
}

async function prepare(host: Host, site: Site): Promise<boolean> {
  const { log, run, ignition, https, encryptedIgnition, initrds, certificates } = sitePaths(site);
  if ((await host.run(["systemctl", "--version"]).catch(() => undefined))?.code !== 0)
    throw new Error(`${host.name} has no systemd: use services "process" or "docker" there`);
  const user = `u ${serviceUser} - "PXE server" / /usr/sbin/nologin\n`;
  await mustRun(host, ["systemd-sysusers", "-"], { stdin: user });
  // what is served may hold secrets: other users of the host don't get through to it
  await mustRun(host, ["chown", `root:${serviceUser}`, site.directory]);
  await mustRun(host, ["chmod", "0750", site.directory]);
  await mustRun(host, ["chown", "--recursive", `${serviceUser}:${serviceUser}`, log, run]);
  // whatever is written there belongs to the service's group, so that secrets need be readable for nobody else
  const guarded = [ignition, https, encryptedIgnition, initrds, certificates];
  await mustRun(host, ["chgrp", "--recursive", serviceUser, ...guarded]);
  await mustRun(host, ["chmod", "g+s", ...guarded]);
  let changed = false;
  for (const name of serviceNames) {
    const text = unitText(site, name, await binaryOf(host, name));
    if ((await host.readFile(unitFile(site, name)))?.toString() === text) continue;
    await host.writeFile(unitFile(site, name), text);
    changed = true;
  }
  if (changed) await mustRun(host, ["systemctl", "daemon-reload"]);
  await mustRun(host, ["systemctl", "enable", "--quiet", ...serviceNames.map((name) => unitName(site, name))]);
  return changed;
}

async function binaryOf(host: Host, name: ServiceName): Promise<string> {
  return (await mustRun(host, ["sh", "-c", 'command -v "$1"', "sh", name])).trim();
}

async function restart(host: Host, site: Site, name: ServiceName, afresh: boolean): Promise<void> {
  const unit = unitName(site, name);
  const isActive = (await host.run(["systemctl", "is-active", "--quiet", unit])).code === 0;
  // nginx goes over to a new configuration without breaking off what it sends; dnsmasq reads its one only when it starts
  const reloads = isActive && name === "nginx" && !afresh;
  const errors = `${sitePaths(site).log}/nginx-error.log`;
  const before = (await host.size(errors)) ?? 0;
  await host.run(["systemctl", "reset-failed", unit]); // many starts in a short time, as in a repair, count as a failure
  const { code } = await host.run(["systemctl", reloads ? "reload" : "restart", unit]);
  await new Promise((resolve) => setTimeout(resolve, 700)); // what cannot run ends at once
  const refused = reloads ? /\[emerg\] .*/.exec((await host.readFrom(errors, before)).toString())?.[0] : undefined;
  const isStable = (await host.run(["systemctl", "is-active", "--quiet", unit])).code === 0;
  if (code === 0 && isStable && !refused) return;
  throw new Error(`${host.name}: ${unit} did not take its configuration: ${refused ?? (await lastWords(host, unit))}`);
}

async function lastWords(host: Host, unit: string): Promise<string> {
  const journal = await host.run(["journalctl", "--unit", unit, "--lines=5", "--no-pager", "--output=cat"]);
  if (journal.stdout.trim()) return journal.stdout.trim();
  const status = await host.run(["systemctl", "status", "--no-pager", "--lines=0", unit]);
  return status.stdout.trim() || status.stderr.trim();
}

async function remove(host: Host, site: Site): Promise<void> {
  const units: string[] = [];
  for (const name of serviceNames)
    if ((await host.readFile(unitFile(site, name))) !== undefined) units.push(unitName(site, name));
  if (units.length > 0) await mustRun(host, ["systemctl", "disable", "--now", "--quiet", ...units]);
  for (const name of serviceNames) await host.remove(unitFile(site, name));
  await mustRun(host, ["systemctl", "daemon-reload"]);
  const others = (await host.list("/etc/systemd/system")).some((unit) =>
    /^fcos-pxe-.*-(nginx|dnsmasq)\.service$/.test(unit),
  );
  if (!others) await host.run(["userdel", serviceUser]); // it may be gone already
}
