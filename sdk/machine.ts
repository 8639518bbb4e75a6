import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, isOfType, typeToken } from "./dynamicResource";
import { type Servers, siteOf } from "./server";

/** By what a machine is known when it asks what to boot: one of these. Changing it moves the binding to another machine. */
export interface MatchArgs {
  /** MAC address of the interface that it boots from, in any usual form. */
  readonly mac?: pulumi.Input<string>;
  /** The UUID that its firmware gives it (SMBIOS type 1; `dmidecode -s system-uuid`). DHCP doesn't know it by that: no `address`, no `bootLoader`. */
  readonly uuid?: pulumi.Input<string>;
  /**
   * The serial number that its firmware gives it (SMBIOS type 1; `dmidecode -s system-serial-number`), upper and lower case
   * apart. As with `uuid`; and PXELINUX does not know it, so a BIOS machine boots by it through iPXE alone: one in its network card, or
   * the one that a server with `unknownMachines: "discover"` sends.
   */
  readonly serialNumber?: pulumi.Input<string>;
  /**
   * Every machine of this architecture that nothing else is declared for, in the place of what the server does with unknown
   * machines: a room of diskless nodes, whose number nobody counts. They are nobody's to restart or to wait for; `pulumi refresh` brings
   * who booted ({@link Machine.bootedMachines}).
   */
  readonly architecture?: pulumi.Input<"x86_64" | "aarch64">;
}

/** How a machine is switched off and on. */
export interface PowerArgs {
  /** A lab's virtual machine: its `power` output. */
  readonly virtualMachine: pulumi.Input<string>;
}

/** A machine that was matched by its architecture, as it phoned home. */
export interface BootedMachine {
  /** Of the interface that it booted from. */
  readonly mac?: string;
  /** Hex sha256: not `bootDigest` on one that was not restarted since that changed. */
  readonly bootedDigest: string;
  readonly bootedVersion: string;
  /** ISO 8601, by the server's clock. */
  readonly bootedAt: string;
  readonly bootedAddress: string;
}

/** An IgnitionConfig, or what is like one. */
export interface MachineIgnition {
  readonly ref: pulumi.Output<string>;
  /** What machines with it need beside their own. */
  readonly kernelArguments?: pulumi.Output<string[]>;
}

export interface MachineArgs {
  readonly server: Servers;
  readonly match: MatchArgs;
  /** What it boots: a release that is mirrored on the same server. */
  readonly release: { readonly ref: pulumi.Output<string> };
  /**
   * How it is configured: an Ignition config that is published on the same server; or several, which the machine merges, the
   * later over the earlier: what it shares with others, and what is its own. What comes out is judged in the preview.
   */
  readonly ignition: MachineIgnition | readonly MachineIgnition[];
  /**
   * Kernel arguments in addition to those of a live boot, one an element. A `console=` or `ip=` of yours takes the place
   * of the default ones.
   */
  readonly kernelArguments?: pulumi.Input<pulumi.Input<string>[]>;
  /** Written to /etc/hostname, and told by DHCP where the server hands out addresses. */
  readonly hostname?: pulumi.Input<string>;
  /** A fixed IPv4 address, where the server hands out addresses. Required for configs over TLS from a server with `restrict`. */
  readonly address?: pulumi.Input<string>;
  /**
   * What loads the kernel: "pxelinux" on BIOS, "ipxe" on both, "grub" on UEFI. "grub" comes behind shim and is the one for
   * Secure Boot: the server's shim, GRUB and the release's kernel must be signed by the same distribution. Needs a server that
   * answers DHCP.
   * @default "pxelinux" on BIOS, "ipxe" on UEFI
   */
  readonly bootLoader?: pulumi.Input<"pxelinux" | "ipxe" | "grub">;
  /**
   * How kernel and initramfs come to the boot loader. "tftp" is slower, and for firmware that is not up to HTTP. The rootfs and
   * the Ignition config always come over HTTP.
   * @default "http"
   */
  readonly transport?: pulumi.Input<"http" | "tftp">;
  /** Without it nobody but you restarts the machine. */
  readonly power?: pulumi.Input<PowerArgs>;
  /**
   * What happens when the machine is to boot something else. "reboot": `up` restarts it at once, **ending what runs on
   * it**. "next-boot": it changes when it is next restarted. A machine that is switched off is switched on either way.
   * @default "next-boot"
   */
  readonly reprovision?: pulumi.Input<"reboot" | "next-boot">;
  /**
   * How long `up` waits after a restart for the machine to phone home with the declared digest, like "10m". When the time
   * is over, `up` fails and tells how far the machine came. Default: it is not waited for.
   */
  readonly waitForBoot?: pulumi.Input<string>;
}

/** The binding of one machine to what it boots, and what it last booted. */
export class Machine extends DynamicResource {
  static readonly __pulumiType = typeToken("Machine");

  /** In normal form: "52:54:00:44:00:01"; undefined where it is matched by something else. */
  declare readonly mac: pulumi.Output<string | undefined>;
  /** Hex sha256 of what is declared: release, Ignition, kernel arguments. */
  declare readonly bootDigest: pulumi.Output<string>;
  /** What the last change meant for the machine, in words; undefined where nothing changed since it was declared. */
  declare readonly consequence: pulumi.Output<string | undefined>;
  /** Hex sha256 that the machine last phoned home with; undefined: it hasn't, or it is switched off. */
  declare readonly bootedDigest: pulumi.Output<string | undefined>;
  /** The version that its operating system said it is. */
  declare readonly bootedVersion: pulumi.Output<string | undefined>;
  /** When it phoned home: ISO 8601, by the server's clock. */
  declare readonly bootedAt: pulumi.Output<string | undefined>;
  /** The address it phoned home from. */
  declare readonly bootedAddress: pulumi.Output<string | undefined>;
  /** Seconds from power-on to phone-home; undefined where `up` did not switch it on. */
  declare readonly bootSeconds: pulumi.Output<number | undefined>;
  /** With `match.architecture`: everybody who phoned home, by MAC address, as `pulumi refresh` last found it. */
  declare readonly bootedMachines: pulumi.Output<BootedMachine[] | undefined>;

  constructor(name: string, args: MachineArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, match, release, ignition, ...rest } = args;
    const computed = {
      bootDigest: undefined,
      consequence: undefined,
      bootedDigest: undefined,
      bootedVersion: undefined,
      bootedAt: undefined,
      bootedAddress: undefined,
      bootSeconds: undefined,
      bootedMachines: undefined,
    };
    const configs = [ignition].flat() as readonly MachineIgnition[];
    const kernelArguments = pulumi
      .all([...configs.map((config) => config.kernelArguments ?? []), rest.kernelArguments ?? []])
      .apply((lists) => lists.flatMap((list) => list ?? []));
    const refs = pulumi.all(configs.map(({ ref }) => ref)).apply((all) => all.join(" + "));
    const bound = { site: siteOf(server), ...match, release: release.ref, ignition: refs };
    const props = { ...rest, ...bound, name, kernelArguments };
    super("Machine", "machine", name, { ...props, ...computed }, opts);
  }

  static override isInstance(value: unknown): value is Machine {
    return isOfType(value, "Machine");
  }
}
