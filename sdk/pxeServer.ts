import * as pulumi from "@pulumi/pulumi";
import type { Site } from "../provider/resources/bootServices";
import * as bootServices from "../provider/resources/bootServices";
import { moduleName } from "./dynamicType";
import type { NetworkArgs } from "./network";
import type { Server } from "./server";

export interface PxeServerArgs {
  /** The network that machines boot from; a lab's: `lab.network`. Required with services "process". */
  readonly network?: pulumi.Input<NetworkArgs>;
  /**
   * How dnsmasq (DHCP, TFTP) and nginx (HTTP) run. "process": as ordinary processes, which outlive the program but not a
   * restart of this machine. "none": not at all; the directory is served by something of yours, under `url`.
   * @default "process"
   */
  readonly services?: pulumi.Input<"process" | "none">;
  /**
   * Absolute path of the directory for everything that is served. Changing it moves the server: it is made anew there and
   * what machines refer to is published again. Default: in the lab's directory, else in the XDG state directory.
   */
  readonly directory?: pulumi.Input<string>;
  /** What machines put before a path, without a trailing slash. Default: `http://<the server's address>`. */
  readonly url?: pulumi.Input<string>;
}

/** The programs that answer machines: dnsmasq, nginx and the boot programs, with the files that they serve. */
class BootServices extends pulumi.dynamic.Resource {
  declare readonly site: pulumi.Output<Site>;

  constructor(name: string, args: PxeServerArgs, opts: pulumi.CustomResourceOptions) {
    const qualified = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    super(bootServices, name, { ...args, name: qualified, site: undefined }, opts, moduleName, "BootServices");
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

  constructor(name: string, args: PxeServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("fcos-pxe:index:PxeServer", name, {}, opts);
    const services = new BootServices(name, args, { parent: this });
    this.site = services.site;
    this.url = services.site.url;
    this.registerOutputs({ site: this.site, url: this.url });
  }
}
