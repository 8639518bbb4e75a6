import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, isOfType, typeToken } from "./dynamicResource";
import type { Server } from "./server";

/** A file that the machine finds at its first and every boot. */
export interface FileArgs {
  /** Absolute path. */
  readonly path: pulumi.Input<string>;
  /** Text; empty by default. */
  readonly contents?: pulumi.Input<string>;
  /** @default 0o644 */
  readonly mode?: pulumi.Input<number>;
}

/** A part that is laid over a unit: <unit>.d/<name>. */
export interface DropinArgs {
  /** Ends in ".conf". */
  readonly name: pulumi.Input<string>;
  readonly contents: pulumi.Input<string>;
}

/** A systemd unit. */
export interface UnitArgs {
  /** With its suffix: "simulator.service". */
  readonly name: pulumi.Input<string>;
  /** Whether its [Install] section is acted upon. */
  readonly enabled?: pulumi.Input<boolean>;
  readonly mask?: pulumi.Input<boolean>;
  /** Its text; absent: a unit that the release brings. */
  readonly contents?: pulumi.Input<string>;
  readonly dropins?: pulumi.Input<pulumi.Input<DropinArgs>[]>;
}

/**
 * What a machine is configured with. All parts are merged by Ignition's own rules, later over earlier: typed arguments,
 * then `butane` in its order, then `ignition` in its order.
 */
export interface IgnitionConfigArgs {
  readonly server: Server;
  /** Public keys that the user `core` is reached with. */
  readonly sshAuthorizedKeys?: pulumi.Input<pulumi.Input<string>[]>;
  readonly files?: pulumi.Input<pulumi.Input<FileArgs>[]>;
  readonly units?: pulumi.Input<pulumi.Input<UnitArgs>[]>;
  /** Butane configs (YAML); `local:` names files relative to the program's directory. */
  readonly butane?: pulumi.Input<string | pulumi.Input<string>[]>;
  /** Raw Ignition configs, as JSON text or as objects. */
  // biome-ignore lint/suspicious/noExplicitAny: any object is taken; Ignition itself says what is wrong with it
  readonly ignition?: pulumi.Input<any>;
}

/** One Ignition config, judged by Ignition's own code in the preview, and published under its digest. */
export class IgnitionConfig extends DynamicResource {
  static readonly __pulumiType = typeToken("IgnitionConfig");

  /** "<name> sha256:<digest>": what a Machine takes. Known in the preview. */
  declare readonly ref: pulumi.Output<string>;
  /** Hex sha256 of the published bytes. */
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: IgnitionConfigArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, ...rest } = args;
    const props = { ...rest, name, site: server.site, ref: undefined, digest: undefined };
    super("IgnitionConfig", "ignitionConfig", name, props, opts);
  }

  static override isInstance(value: unknown): value is IgnitionConfig {
    return isOfType(value, "IgnitionConfig");
  }
}
