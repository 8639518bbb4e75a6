import type * as pulumi from "@pulumi/pulumi";

/** The network on which a PxeServer answers. */
export interface NetworkArgs {
  /** The server's interface on it, like "eno1". */
  readonly interface: pulumi.Input<string>;
  /** IPv4, in CIDR form: "10.44.0.0/24". */
  readonly subnet: pulumi.Input<string>;
  /**
   * "proxy": another server hands out addresses, this one adds what to boot; nothing is changed at the other one. "server":
   * this one does it all, with addresses from the upper half of the subnet; a lab's network says so. "none": this one answers
   * no DHCP; what the other server must be given is in {@link PxeServer.dhcpSettings}.
   * @default "proxy"
   */
  readonly dhcp?: pulumi.Input<"server" | "proxy" | "none">;
  /**
   * With dhcp "server" this server doesn't start where another one hands out addresses already. true: it does nevertheless,
   * and doesn't look.
   * @default false
   */
  readonly besideOtherDhcp?: pulumi.Input<boolean>;
  /** The server's own address. Default: the subnet's first. */
  readonly address?: pulumi.Input<string>;
  /** Set by a {@link lab.Lab}: the directory of the lab in whose network namespace the server runs. */
  readonly lab?: pulumi.Input<string>;
}
