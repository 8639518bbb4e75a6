import * as pulumi from "@pulumi/pulumi";
import type {
  ContainerSpecs,
  DhcpSettings,
  DiscoveredMachine,
  DockerConnection,
  Site,
} from "../provider/resources/bootServices";
import type { ConnectionArgs } from "./connection";
import { bootContainers, type ContainersArgs, dockerProvider } from "./containers";
import { DynamicResource } from "./dynamicResource";
import type { NetworkArgs } from "./network";
import { prepareHost } from "./prepare";
import type { Server } from "./server";

export interface PxeServerArgs {
  /** The server, reached over SSH; another `host` is another server. Default: this machine. */
  readonly connection?: pulumi.Input<ConnectionArgs>;
  /** The network that machines boot from; a lab's: `lab.network`. Required unless services is "none". */
  readonly network?: pulumi.Input<NetworkArgs>;
  /**
   * How dnsmasq (DHCP, TFTP) and nginx (HTTP) run. "systemd": as units of their own, with a user of their own, which come
   * back after a restart of the host. "docker": as containers. "process": as ordinary processes, which outlive the program
   * but not a restart of the host. "none": not at all; the directory is served by something of yours, under `url`.
   * @default "process"
   */
  readonly services?: "process" | "systemd" | "docker" | "none";
  /** With services "docker": the image. The connection's user must be allowed to use Docker (group docker). */
  readonly containers?: ContainersArgs;
  /**
   * Whether what the server runs is installed there first, through @pulumi/command: dnsmasq, nginx and the boot programs, on
   * Debian and Fedora and what is like them. Nothing is installed with services "docker" and "none", or removed by `destroy`.
   * @default false
   */
  readonly prepare?: boolean;
  /**
   * Absolute path of the directory for everything that is served. Changing it moves the server: it is made anew there and
   * what machines refer to is published again. Default: in the lab's directory; with a connection, or services "systemd" or
   * "docker", in /var/lib/fcos-pxe; else in the XDG state directory.
   */
  readonly directory?: pulumi.Input<string>;
  /**
   * What a machine gets that no Machine is declared for. "local-disk": it goes on to its next boot device. "sanboot": the
   * same, where firmware hangs when iPXE ends: iPXE starts the first disk itself. "discover": it says what it is, shows up in {@link PxeServer.discovered}, and waits until it is declared. "nothing": no boot configuration.
   * @default "local-disk"
   */
  readonly unknownMachines?: pulumi.Input<"local-disk" | "sanboot" | "discover" | "nothing">;
  /** What machines put before a path, without a trailing slash. Default: `http://<the server's address>`. */
  readonly url?: pulumi.Input<string>;
  /**
   * Serves over TLS too, on port 443, with a certificate by a CA of the server's own. The CA is made once and kept, its key
   * as a secret, in the stack's state; the certificate holds for two years, and `up` renews it when less than 30 days are
   * left, of which machines notice nothing. Configs with secrets are then to be had over TLS only (`IgnitionConfig.delivery`).
   * @default false
   */
  readonly tls?: pulumi.Input<boolean>;
  /**
   * Sends what goes over TLS (configs with `delivery: "https"`) to each machine at its own address alone: its machines
   * need a fixed `Machine.address`. Requires `tls`.
   * @default false
   */
  readonly restrict?: pulumi.Input<boolean>;
  /**
   * Where machines fetch kernel, initramfs and rootfs from instead of this server, each by its hex sha256 behind `url`: a CDN
   * in front of the server's own `<its url>/store/sha256`, or a bucket that holds what lies there.
   */
  readonly artifacts?: pulumi.Input<ArtifactsArgs>;
}

export interface ArtifactsArgs {
  /**
   * Without a trailing slash: "https://cdn.example.org/store/sha256". Boot loaders can't be relied on for https: then it is the
   * rootfs alone.
   */
  readonly url?: pulumi.Input<string>;
  /** Instead of `url`: a bucket that every FcosRelease on this server is uploaded to. */
  readonly s3?: pulumi.Input<BucketArgs>;
}

/**
 * An S3-compatible bucket. The server's curl uploads to it, with the AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY that `pulumi`
 * runs with, which no state keeps. Machines have no keys: everybody must be allowed to read it. Nothing is ever removed from it.
 */
export interface BucketArgs {
  /** "https://s3.eu-central-1.amazonaws.com", "http://10.0.0.3:9000". */
  readonly endpoint: pulumi.Input<string>;
  readonly bucket: pulumi.Input<string>;
  /** @default "us-east-1" */
  readonly region?: pulumi.Input<string>;
}

/** The programs that answer machines: dnsmasq, nginx and the boot programs, with the files that they serve. */
class BootServices extends DynamicResource {
  declare readonly site: pulumi.Output<Site>;
  declare readonly authorityCertificate: pulumi.Output<string | undefined>;
  /** With services "docker" alone. */
  declare readonly containers: pulumi.Output<ContainerSpecs>;
  /** With services "docker" and a connection. */
  declare readonly docker: pulumi.Output<DockerConnection>;
  declare readonly dhcpSettings: pulumi.Output<DhcpSettings | undefined>;
  declare readonly discovered: pulumi.Output<DiscoveredMachine[] | undefined>;

  constructor(name: string, args: PxeServerArgs, opts: pulumi.CustomResourceOptions) {
    const answers = { dhcpSettings: undefined, discovered: undefined };
    const computed = { site: undefined, docker: undefined, authorityCertificate: undefined, ...answers };
    const qualified = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["authorityKey"] });
    super("BootServices", "bootServices", name, { ...args, name: qualified, ...computed }, secret);
  }
}

/**
 * A host that boots machines over the network: files in a directory, served by dnsmasq and nginx. Nothing of this package
 * runs while a machine boots, so machines go on booting when Pulumi is gone.
 */
export class PxeServer extends pulumi.ComponentResource implements Server {
  /** Where the server's files lie and how machines reach them. */
  readonly site: pulumi.Output<Site>;
  /** What machines put before a path: "http://10.44.0.1". */
  readonly url: pulumi.Output<string>;
  /** With `tls`: the certificate of the server's CA, PEM. */
  readonly certificateAuthority: pulumi.Output<string | undefined>;
  /** With dhcp "none": what the existing DHCP server must be given, as text for `dnsmasq`, `isc`, `kea` and `windows`. */
  readonly dhcpSettings: pulumi.Output<DhcpSettings | undefined>;

  /** With unknownMachines "discover": who booted without being declared, as `pulumi refresh` last found it. */
  readonly discovered: pulumi.Output<DiscoveredMachine[] | undefined>;

  constructor(name: string, args: PxeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fcos-pxe:index:PxeServer", name, {}, opts);
    const connection = args.connection && guarded(args.connection);
    const installs = args.prepare && args.services !== "docker" && args.services !== "none";
    const own = { parent: this, dependsOn: opts?.dependsOn }; // a component hands on to nobody what it depends on
    const prepared = installs ? prepareHost(name, connection, own) : undefined;
    const services = new BootServices(name, { ...args, connection }, prepared ? { ...own, dependsOn: prepared } : own);
    const containers = args.services === "docker" ? this.containers(name, services, connection) : [];
    // by their URNs, which are known in the preview, all that uses the site waits for the containers
    const site = pulumi.all(containers.map(({ urn }) => urn)).apply(() => services.site);
    this.site = connection ? pulumi.all([site, connection]).apply(([known, host]) => ({ ...known, host })) : site;
    this.url = services.site.url;
    this.certificateAuthority = services.authorityCertificate;
    this.dhcpSettings = services.dhcpSettings;
    this.discovered = services.discovered;
    const { site: where, url, certificateAuthority, dhcpSettings, discovered } = this;
    this.registerOutputs({ site: where, url, certificateAuthority, dhcpSettings, discovered });
  }

  private containers(name: string, services: BootServices, connection: unknown): pulumi.Resource[] {
    const own = { parent: this };
    const provider = connection ? dockerProvider(name, services.docker, own) : undefined;
    return bootContainers(name, services.containers, { ...own, provider, dependsOn: [services] });
  }
}

/** A connection that holds a private key is a secret as a whole, even where the program forgot to say so. */
function guarded(connection: pulumi.Input<ConnectionArgs>): pulumi.Output<pulumi.Unwrap<ConnectionArgs>> {
  return pulumi.output(connection).apply((known) => {
    const hops = [known, known.jump];
    return hops.some((hop) => hop?.privateKey || hop?.passphrase) ? pulumi.secret(known) : pulumi.output(known);
  });
}
