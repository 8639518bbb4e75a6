import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../provider/resources/bootServices";
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
}

/** The programs that answer machines: dnsmasq, nginx and the boot programs, with the files that they serve. */
class BootServices extends DynamicResource {
  declare readonly site: pulumi.Output<Site>;
  declare readonly authorityCertificate: pulumi.Output<string | undefined>;

  constructor(name: string, args: PxeServerArgs, opts: pulumi.CustomResourceOptions) {
    const qualified = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    const props = { ...args, name: qualified, site: undefined, authorityCertificate: undefined };
    const secret = pulumi.mergeOptions(opts, { additionalSecretOutputs: ["authorityKey"] });
    super("BootServices", "bootServices", name, props, secret);
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

  constructor(name: string, args: PxeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fcos-pxe:index:PxeServer", name, {}, opts);
    const connection = args.connection && guarded(args.connection);
    const services = new BootServices(name, { ...args, connection }, { parent: this });
    this.site = connection
      ? pulumi.all([services.site, connection]).apply(([site, host]) => ({ ...site, host }))
      : services.site;
    this.url = services.site.url;
    this.certificateAuthority = services.authorityCertificate;
    this.registerOutputs({ site: this.site, url: this.url, certificateAuthority: this.certificateAuthority });
  }
}

/** A connection that holds a private key is a secret as a whole, even where the program forgot to say so. */
function guarded(connection: pulumi.Input<ConnectionArgs>): pulumi.Output<pulumi.Unwrap<ConnectionArgs>> {
  return pulumi.output(connection).apply((known) => {
    const hops = [known, known.jump];
    return hops.some((hop) => hop?.privateKey || hop?.passphrase) ? pulumi.secret(known) : pulumi.output(known);
  });
}
