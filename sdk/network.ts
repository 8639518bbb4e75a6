import type * as pulumi from "@pulumi/pulumi";

/** The network on which a PxeServer answers. */
export interface NetworkArgs {
  /** The server's interface on it, like "eno1". */
  readonly interface: pulumi.Input<string>;
  /** IPv4, in CIDR form: "10.44.0.0/24". */
  readonly subnet: pulumi.Input<string>;
  /**
   * Who hands out addresses. "server": this PXE server does, from the upper half of the subnet.
   * @default "server"
   */
  readonly dhcp?: pulumi.Input<"server">;
  /** The server's own address. Default: the subnet's first. */
  readonly address?: pulumi.Input<string>;
  /** Set by a {@link lab.Lab}: the directory of the lab in whose network namespace the server runs. */
  readonly lab?: pulumi.Input<string>;
}
