import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "./dynamicResource";
import type { MatchArgs } from "./machine";
import { type Servers, siteOf } from "./server";

export interface LocalBootArgs {
  readonly server: Servers;
  readonly match: MatchArgs;
  /**
   * How iPXE hands over, because some firmware hangs after one way or the other: "exit" ends it; "error" ends it with an error, as if
   * there had been no file; "sanboot" starts the first disk from within iPXE. PXELINUX and GRUB have one way only.
   * @default "exit"
   */
  readonly by?: pulumi.Input<"exit" | "error" | "sanboot">;
}

/** A machine that asks the network first and is sent on to its own disk, whatever the server does with unknown machines. */
export class LocalBoot extends DynamicResource {
  constructor(name: string, args: LocalBootArgs, opts?: pulumi.CustomResourceOptions) {
    const { server, match, by } = args;
    super("LocalBoot", "localBoot", name, { name, site: siteOf(server), ...match, by }, opts);
  }
}
