import { type Site, sitePaths } from "../hosts/site";
import { configFile, type ServiceName, serviceNames } from "./services";
import { capabilities, unitBaseName } from "./systemdUnits";

/** One daemon's container, in the words of @pulumi/docker's `ContainerArgs`, which the package declares it by. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly user: string;
  readonly entrypoints: readonly string[];
  readonly command: readonly string[];
  readonly networkMode: "host";
  readonly readOnly: true;
  readonly capabilities: { readonly adds: readonly string[]; readonly drops: readonly string[] };
  readonly securityOpts: readonly string[];
  readonly mounts: readonly { type: "bind"; source: string; target: string; readOnly: boolean }[];
  readonly restart: "unless-stopped";
}

const starts: Record<ServiceName, (config: string) => string[]> = {
  // they stay root, because a capability given to a container reaches no other user's process; all but their ports' are gone
  dnsmasq: (config) => [
    "dnsmasq",
    "--keep-in-foreground",
    "--pid-file=",
    "--user=",
    "--group=",
    `--conf-file=${config}`,
  ],
  nginx: (config) => ["nginx", "-e", "stderr", "-c", config],
};

export const containerName = (site: Site, name: ServiceName) => `${unitBaseName(site)}-${name}`;

/**
 * A daemon in a container with the host's network, no capabilities but those that its ports take, and nothing writable but
 * logs and leases. Paths are the same inside, so that one configuration serves every way in which a daemon runs.
 */
export function containerSpec(site: Site, name: ServiceName, image: string): ContainerSpec {
  const paths = sitePaths(site);
  const [entrypoint, ...command] = starts[name](configFile(site, name)) as [string, ...string[]];
  const bind = (path: string, readOnly: boolean) => ({ type: "bind", source: path, target: path, readOnly }) as const;
  return {
    name: containerName(site, name),
    image,
    user: "0:0",
    entrypoints: [entrypoint],
    command,
    networkMode: "host",
    readOnly: true,
    capabilities: { adds: capabilities[name], drops: ["ALL"] },
    // SELinux would have every file that is served relabelled; what the container sees is limited by its mounts
    securityOpts: ["no-new-privileges", "label=disable"],
    mounts: [bind(site.directory, true), bind(paths.log, false), bind(paths.run, false)],
    restart: "unless-stopped",
  };
}

export type ContainerSpecs = Readonly<Record<ServiceName, ContainerSpec>>;

export const containerSpecs = (site: Site, image: string) =>
  Object.fromEntries(serviceNames.map((name) => [name, containerSpec(site, name, image)])) as ContainerSpecs;

/** The same confinement for `docker run`, which judges a configuration before the container takes it up. */
export function confinementFlags(spec: ContainerSpec): string[] {
  return [
    `--user=${spec.user}`,
    `--network=${spec.networkMode}`,
    "--read-only",
    ...spec.capabilities.drops.map((capability) => `--cap-drop=${capability}`),
    ...spec.capabilities.adds.map((capability) => `--cap-add=${capability}`),
    ...spec.securityOpts.map((option) => `--security-opt=${option}`),
    ...spec.mounts.map(({ source, target, readOnly }) => mountFlag(source, target, readOnly)),
    `--entrypoint=${spec.entrypoints[0]}`,
  ];
}

export const mountFlag = (source: string, target: string, readOnly: boolean) =>
  `--mount=type=bind,source=${source},target=${target}${readOnly ? ",readonly" : ""}`;
