import * as pulumi from "@pulumi/pulumi";
import type { DhcpSettings, DiscoveredMachine, Site } from "../provider/resources/bootServices";
import type { ConnectionArgs } from "./connection";
import { DynamicResource } from "./dynamicResource";
import type { NetworkArgs } from "./network";
import type { Server } from "./server";

export interface PxeServerArgs {
  /** The server, reached over SSH; another `host` is another server. Default: this machine. */
  readonly connection?: pulumi.Input<ConnectionArgs>;
  /** The network that machines boot from; a lab's: `lab.network`. Required unless services is "none". */
  readonly network?: pulumi.Input<NetworkArgs>;
  /**
   * How dnsmasq (DHCP, TFTP) and nginx (HTTP) run. "systemd": as units of their own, with a user of their own, which come
   * back after a restart of the host. "process": as ordinary processes, which outlive the program but not a restart of the
   * host. "none": not at all; the directory is served by something of yours, under `url`.
   * @default "process"
   */
  readonly services?: pulumi.Input<"process" | "systemd" | "none">;
  /**
   * Absolute path of the directory for everything that is served. Changing it moves the server: it is made anew there and
   * what machines refer to is published again. Default: in the lab's
   * directory; with a connection or services "systemd" in /var/lib/fcos-pxe; else in the XDG state directory.
   */
  readonly directory?: pulumi.Input<string>;
  /**
   * What a machine gets that no Machine is declared for. "local-disk": it goes on to its next boot device. "discover": it says
   * what it is, shows up in {@link PxeServer.discovered}, and waits until it is declared. "nothing": no boot configuration.
   * @default "local-disk"
   */
  readonly unknownMachines?: pulumi.Input<"local-disk" | "discover" | "nothing">;
  /** What machines put before a path, without a trailing slash. Default: `http://<the server's address>`. */
  readonly url?: pulumi.Input<string>;
}

/** The programs that answer machines: dnsmasq, nginx and the boot programs, with the files that they serve. */
class BootServices extends DynamicResource {
  declare readonly site: pulumi.Output<Site>;
  declare readonly dhcpSettings: pulumi.Output<DhcpSettings | undefined>;
  declare readonly discovered: pulumi.Output<DiscoveredMachine[] | undefined>;

  constructor(name: string, args: PxeServerArgs, opts: pulumi.CustomResourceOptions) {
    const qualified = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    super(
      "BootServices",
      "bootServices",
      name,
      { ...args, name: qualified, site: undefined, dhcpSettings: undefined, discovered: undefined },
      opts,
    );
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
  /** With dhcp "none": what the existing DHCP server must be given, as text for `dnsmasq`, `isc`, `kea` and `windows`. */
  readonly dhcpSettings: pulumi.Output<DhcpSettings | undefined>;

  /** With unknownMachines "discover": who booted without being declared, as `pulumi refresh` last found it. */
  readonly discovered: pulumi.Output<DiscoveredMachine[] | undefined>;

  constructor(name: string, args: PxeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fcos-pxe:index:PxeServer", name, {}, opts);
    const connection = args.connection && guarded(args.connection);
    const services = new BootServices(name, { ...args, connection }, { parent: this });
    this.site = connection
      ? pulumi.all([services.site, connection]).apply(([site, host]) => ({ ...site, host }))
      : services.site;
    this.url = services.site.url;
    this.dhcpSettings = services.dhcpSettings;
    this.discovered = services.discovered;
    const { site, url, dhcpSettings, discovered } = this;
    this.registerOutputs({ site, url, dhcpSettings, discovered });
  }
}

/** A connection that holds a private key is a secret as a whole, even where the program forgot to say so. */
function guarded(connection: pulumi.Input<ConnectionArgs>): pulumi.Output<pulumi.Unwrap<ConnectionArgs>> {
  return pulumi.output(connection).apply((known) => {
    const hops = [known, known.jump];
    return hops.some((hop) => hop?.privateKey || hop?.passphrase) ? pulumi.secret(known) : pulumi.output(known);
  });
}
