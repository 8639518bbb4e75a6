import type * as pulumi from "@pulumi/pulumi";

/** Addresses from the first to the last, both included. */
export interface AddressRangeArgs {
  readonly first: pulumi.Input<string>;
  readonly last: pulumi.Input<string>;
}

/** The network on which a PxeServer answers. */
export interface NetworkArgs {
  /** The server's interface on it, like "eno1". */
  readonly interface: pulumi.Input<string>;
  /** IPv4, in CIDR form: "10.44.0.0/24". */
  readonly subnet: pulumi.Input<string>;
  /**
   * "proxy": another server hands out addresses, this one adds what to boot; nothing is changed at the other one. "server":
   * this one does it all; a lab's network says so. "none": this one answers
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
  /**
   * With dhcp "server": the addresses that are handed out to machines without a fixed {@link MachineArgs.address}. Default: the upper
   * half of the subnet.
   */
  readonly ranges?: pulumi.Input<pulumi.Input<AddressRangeArgs>[]>;
  /**
   * With dhcp "server": how long an address is lent, two minutes or more.
   * @default "1h"
   */
  readonly leaseTime?: pulumi.Input<string>;
  /**
   * With dhcp "server": what else machines are told, by the names that dnsmasq has for DHCP options (`dnsmasq --help dhcp`) or by
   * their numbers: `{ router: "10.0.0.254", "dns-server": ["10.0.0.53", "10.0.0.54"], mtu: "9000" }`. Without a router, this server's
   * address is told as one; what machines boot is the package's to tell.
   */
  readonly dhcpOptions?: pulumi.Input<Record<string, pulumi.Input<string | pulumi.Input<string>[]>>>;
  /** The server's own address. Default: the subnet's first. */
  readonly address?: pulumi.Input<string>;
  /** Set by a {@link lab.Lab}: the directory of the lab in whose network namespace the server runs. */
  readonly lab?: pulumi.Input<string>;
}
