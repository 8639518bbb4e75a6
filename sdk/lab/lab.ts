import * as pulumi from "@pulumi/pulumi";
import * as provider from "../../provider/resources/lab";
import { moduleName } from "../dynamicType";
import type { NetworkArgs } from "../network";

export interface LabArgs {
  /**
   * IPv4 subnet of the lab's network. It exists in a network namespace only, so it can't collide with a real one.
   * @default "10.44.0.0/24"
   */
  readonly subnet?: pulumi.Input<string>;
  /** Absolute path of the lab's directory. Default: in the XDG state directory. */
  readonly directory?: pulumi.Input<string>;
}

/**
 * A private network on this machine, in which a PxeServer and virtual machines behave as real ones do. It needs no
 * privilege, outlives the program, and everything in it ends when it is destroyed.
 */
export class Lab extends pulumi.dynamic.Resource {
  /** For {@link PxeServerArgs.network}. */
  declare readonly network: pulumi.Output<NetworkArgs>;
  declare readonly directory: pulumi.Output<string>;
  declare readonly subnet: pulumi.Output<string>;

  constructor(name: string, args: LabArgs = {}, opts?: pulumi.CustomResourceOptions) {
    const qualified = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    const outputs = { network: undefined, directory: args.directory, subnet: args.subnet };
    super(provider, name, { name: qualified, ...outputs }, opts, moduleName, "Lab");
  }
}
