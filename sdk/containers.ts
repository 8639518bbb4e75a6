import type { Container } from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ContainerSpecs, DockerConnection } from "../provider/resources/bootServices";

export interface ContainersArgs {
  /**
   * The image that both daemons run from, best with its digest: "registry.example.org/pxe:1@sha256:…". It holds dnsmasq, nginx
   * and the boot programs; docs/servers.md shows one of three lines. A new image restarts both daemons.
   */
  readonly image: pulumi.Input<string>;
}

/** How the docker plugin gets to the server; undefined for this machine, where the plugin's own settings hold. */
export function dockerProvider(
  name: string,
  connection: pulumi.Output<DockerConnection>,
  opts: pulumi.CustomResourceOptions,
): pulumi.ProviderResource {
  const sshOpts = connection.sshOpts.apply((options) => [...options]);
  return new (docker().Provider)(name, { host: connection.host, sshOpts }, opts);
}

/** The two daemons as containers, whose configurations and image are on the server already. */
export function bootContainers(
  name: string,
  specs: pulumi.Output<ContainerSpecs>,
  opts: pulumi.CustomResourceOptions,
): Container[] {
  const image = new (docker().RemoteImage)(name, { name: specs.nginx.image, keepLocally: true }, opts);
  return (["nginx", "dnsmasq"] as const).map((daemon) => {
    const spec = specs[daemon];
    const args = {
      name: spec.name,
      image: image.imageId,
      user: spec.user,
      entrypoints: spec.entrypoints.apply((words) => [...words]),
      command: spec.command.apply((words) => [...words]),
      networkMode: spec.networkMode,
      readOnly: spec.readOnly,
      capabilities: spec.capabilities.apply(({ adds, drops }) => ({ adds: [...adds], drops: [...drops] })),
      securityOpts: spec.securityOpts.apply((words) => [...words]),
      mounts: spec.mounts.apply((mounts) => [...mounts]),
      restart: spec.restart,
      mustRun: true,
    };
    return new (docker().Container)(`${name}-${daemon}`, args, { ...opts, deleteBeforeReplace: true });
  });
}

/** Loaded where it is used: it takes most of a second. */
const docker = () => require("@pulumi/docker") as typeof import("@pulumi/docker");
