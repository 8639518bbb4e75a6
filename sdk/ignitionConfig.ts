import * as pulumi from "@pulumi/pulumi";
import { DynamicResource, isOfType, typeToken } from "./dynamicResource";
import type { Ignition } from "./ignition";
import type * as args from "./ignitionArgs";
import { secretsIn } from "./secretsIn";
import { type Servers, siteOf } from "./server";

/**
 * What machines are configured with. All parts become one config by Ignition's own merge, later over earlier: typed
 * arguments, then `butane` in its order, then `ignition` in its order. Lists that have a key (files by path, units by name,
 * users by name) merge by it; a file, directory or link that two parts have is the later one's.
 */
export interface IgnitionConfigArgs {
  readonly server: Servers;
  /** Public keys with which the user `core`, who may become root, logs in over SSH. */
  readonly sshAuthorizedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  /** Users, made or changed at every boot. */
  readonly users?: pulumi.Input<pulumi.Input<args.UserArgs>[]>;
  /** Written to /etc/hostname: for a config of one machine. Machines that share a config are named by `Machine.hostname`. */
  readonly hostname?: pulumi.Input<string>;
  readonly files?: pulumi.Input<pulumi.Input<args.FileArgs>[]>;
  readonly directories?: pulumi.Input<pulumi.Input<args.DirectoryArgs>[]>;
  readonly links?: pulumi.Input<pulumi.Input<args.LinkArgs>[]>;
  /** systemd units, whole or as drop-ins to those that the release brings. */
  readonly units?: pulumi.Input<pulumi.Input<args.UnitArgs>[]>;
  /** Containers, each a systemd service that Podman runs. */
  readonly containers?: pulumi.Input<pulumi.Input<args.ContainerArgs>[]>;
  /** NetworkManager connections of the running system. Without any, every interface uses DHCP. */
  readonly network?: pulumi.Input<pulumi.Input<args.ConnectionArgs>[]>;
  /** PEM certificates that the running system trusts, and Ignition for what this config fetches. */
  readonly certificateAuthorities?: pulumi.Input<pulumi.Input<string>[]>;
  /** For Ignition's own fetches, services and login shells. */
  readonly proxy?: pulumi.Input<args.ProxyArgs>;
  /** As in the tz database: "Europe/Zurich". */
  readonly timezone?: pulumi.Input<string>;
  /** Kernel settings (sysctl.d(5)): `{ "vm.swappiness": 10 }`. */
  readonly sysctls?: pulumi.Input<Record<string, pulumi.Input<string | number>>>;
  /** Modules that are loaded while the system starts (modules-load.d(5)). */
  readonly kernelModules?: pulumi.Input<pulumi.Input<string>[]>;
  /** Swap in compressed memory, on a partition, or both. */
  readonly swap?: pulumi.Input<args.SwapArgs>;
  /** Partition tables. A live boot runs Ignition **every** time: only what is the same each time survives. */
  readonly disks?: pulumi.Input<pulumi.Input<args.DiskArgs>[]>;
  /** Software RAID. Ignition does not reuse arrays: it makes them **at every boot**. */
  readonly raid?: pulumi.Input<pulumi.Input<args.RaidArgs>[]>;
  readonly filesystems?: pulumi.Input<pulumi.Input<args.FilesystemArgs>[]>;
  /** A /var that outlives boots: partition 1 of a disk, made where it is missing, reused where it is there, never wiped. */
  readonly persistentVar?: pulumi.Input<args.PersistentVarArgs>;
  /**
   * Kernel arguments that machines with this config need. The boot loader passes them: in a live boot Ignition can only check
   * that they are there, and fails the boot where they aren't.
   */
  readonly kernelArguments?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Butane configs (YAML) of any variant and version. `local:` names files relative to the program's directory, and only
   * inside it.
   */
  readonly butane?: pulumi.Input<string | pulumi.Input<string>[]>;
  /** Ignition configs, spec 3.0.0 to 3.6.0, as JSON text or as objects. Text has the better messages: with line and column. */
  readonly ignition?: pulumi.Input<pulumi.Input<string | Ignition> | pulumi.Input<string | Ignition>[]>;
  /** The release that boots with it: a spec that it is too old for is then refused in the preview. */
  readonly release?: { readonly ref: pulumi.Output<string> };
  /**
   * How machines get the config. "http": they fetch it, in the clear. "https": they fetch it over TLS from a server with
   * `tls`, whose CA comes in an initrd. "wrapped": it comes in an initrd, for machines whose network Ignition could not use
   * before it has a config. Of several that a machine merges, each may come another way.
   * @default "https" for a config with a secret from a server with `tls`, else "http"
   */
  readonly delivery?: pulumi.Input<"http" | "https" | "wrapped">;
  /** Names of warnings that are not wanted, as they stand in brackets behind each. */
  readonly silence?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * One Ignition config, judged in the preview by Ignition's own code, and published under its digest. A change makes a new
 * file; the old one goes when no machine boots with it any more.
 */
export class IgnitionConfig extends DynamicResource {
  static readonly __pulumiType = typeToken("IgnitionConfig");

  /** "<name> sha256:<digest>", and the delivery where it isn't "http": what a Machine takes. Known in the preview. */
  declare readonly ref: pulumi.Output<string>;
  /** Hex sha256 of the published bytes. */
  readonly digest: pulumi.Output<string>;
  /** The Ignition spec of the published config: the newest among its parts. */
  declare readonly spec: pulumi.Output<string>;
  /** What the config does: "unit a.service", "/etc/b", "user c" to what becomes of each. Secrets are masked. */
  declare readonly contents: pulumi.Output<Record<string, string>>;
  /** What was found doubtful, each with the name that silences it; also shown as Pulumi warnings. */
  declare readonly warnings: pulumi.Output<string[]>;
  declare readonly kernelArguments: pulumi.Output<string[]>;

  constructor(name: string, args: IgnitionConfigArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, release, ...rest } = args;
    const secrets = secretsIn(rest);
    const computed = { ref: undefined, spec: undefined, contents: undefined, warnings: undefined };
    const kernelArguments = rest.kernelArguments ?? [];
    const props = {
      ...rest,
      ...computed,
      kernelArguments,
      name,
      site: siteOf(server),
      release: release?.ref,
      secrets,
    };
    super("IgnitionConfig", "ignitionConfig", name, props, opts);
    this.digest = this.ref.apply((ref) => /sha256:(\w+)/.exec(ref ?? "")?.[1] ?? ref);
    this.warnings.apply((warnings) => {
      for (const warning of warnings ?? []) pulumi.log.warn(warning, this);
    });
  }

  static override isInstance(value: unknown): value is IgnitionConfig {
    return isOfType(value, "IgnitionConfig");
  }
}
