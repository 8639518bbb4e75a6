import { type Host, mustRun } from "../hosts/host";
import { type Site, sitePaths } from "../hosts/site";
import { type ContainerSpecs, confinementFlags, containerName, mountFlag } from "./dockerContainers";
import { type ServiceName, type Services, servicesBy } from "./services";

const testCommands: Record<ServiceName, (config: string) => string[]> = {
  nginx: (config) => ["-t", "-q", "-e", "stderr", "-c", config],
  dnsmasq: (config) => ["--test", `--conf-file=${config}`],
};

/**
 * Containers that @pulumi/docker makes and removes. Here their configurations are judged, in the same image, and taken up by
 * a container that runs already; one that is not there yet reads its own when it is made.
 */
export const docker = (specs: ContainerSpecs): Services =>
  servicesBy({
    prepare: async () => false,
    isPrepared: async () => true,
    test: (name, config) => {
      const { image } = specs[name];
      return ["docker", "run", "--rm", ...confinementFlags(specs[name]), image, ...testCommands[name](config)];
    },
    isRunning: async (host, site, name) => (await stateOf(host, site, name)) === "running",
    restart,
    stop: async () => undefined,
  });

const pullTimeoutMs = 15 * 60_000;

/** Fetches the image where the host doesn't have it. */
export async function requireImage(host: Host, image: string): Promise<void> {
  const version = await host
    .run(["docker", "version", "--format={{.Server.Version}}"])
    .catch((error: Error) => ({ code: 127, stdout: "", stderr: error.message }));
  if (version.code !== 0)
    throw new Error(
      `${host.name}: docker does not answer: ${version.stderr.trim()}: install Docker there (Debian: docker.io, ` +
        'Fedora: moby-engine) and start it, or use services "systemd"',
    );
  if ((await host.run(["docker", "image", "inspect", "--format={{.Id}}", image])).code === 0) return;
  const pull = await host.run(["docker", "pull", "--quiet", image], { timeoutMs: pullTimeoutMs });
  if (pull.code !== 0)
    throw new Error(
      `${host.name} has no image ${image} and can't pull it: ${pull.stderr.trim()}: push it to a registry that the host ` +
        "reaches, or load it there with docker load",
    );
}

/** "running", "exited" and so on (docker inspect); undefined where there is no such container. */
async function stateOf(host: Host, site: Site, name: ServiceName): Promise<string | undefined> {
  const shown = await host.run(["docker", "inspect", "--format={{.State.Status}}", containerName(site, name)]);
  if (shown.code === 0) return shown.stdout.trim();
  if (/no such (object|container)/i.test(shown.stderr)) return undefined;
  throw new Error(`${host.name}: docker inspect ended with ${shown.code}: ${shown.stderr.trim()}`);
}

async function restart(host: Host, site: Site, name: ServiceName, afresh: boolean): Promise<void> {
  const container = containerName(site, name);
  const state = await stateOf(host, site, name);
  if (state === undefined) return; // it is made after its configuration
  const since = new Date().toISOString();
  // nginx goes over to a new configuration without breaking off what it sends; dnsmasq reads its one only when it starts
  const reloads = state === "running" && name === "nginx" && !afresh;
  const errors = `${sitePaths(site).log}/${logs[name]}`;
  const before = (await host.size(errors)) ?? 0;
  await mustRun(host, ["docker", ...(reloads ? ["kill", "--signal=HUP"] : ["restart", "--time=3"]), container]);
  await new Promise((resolve) => setTimeout(resolve, 700)); // what cannot run ends at once
  const logged = (await host.readFrom(errors, before)).toString();
  const refused = reloads ? refusalIn(logged) : undefined;
  const now = await stateOf(host, site, name);
  if (now === "running" && !refused) return;
  const printed = await host.run(["docker", "logs", `--since=${since}`, "--tail=5", container]);
  const said = (printed.stderr + printed.stdout).trim() || lastLines(logged) || "it said nothing";
  throw new Error(`${host.name}: ${container} did not take its configuration (it is ${now}): ${refused ?? said}`);
}

const logs: Record<ServiceName, string> = { nginx: "nginx-error.log", dnsmasq: "dnsmasq.log" };

const lastLines = (text: string) => text.trim().split("\n").slice(-3).join("\n");

/** A worker that stays root has no right to set its groups anew, which nginx tells and goes on. */
const refusalIn = (log: string) => /\[emerg\] (?!.*initgroups).*/.exec(log)?.[0];

/**
 * A host whose commands see the image's files instead of its own, and of its own the one directory: for what has to be
 * copied out of the image.
 */
export const imageHost = (host: Host, image: string, directory: string): Host => ({
  ...host,
  name: `${host.name}, image ${image}`,
  run: ([command, ...args], options) =>
    host.run(
      [
        ...["docker", "run", "--rm", "--network=none", "--user=0:0", "--security-opt=label=disable"],
        ...[mountFlag(directory, directory, false), `--entrypoint=${command}`, image, ...args],
      ],
      options,
    ),
});
