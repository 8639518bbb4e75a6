import { dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The type tokens of this package's dynamic resources: `pulumi-nodejs:dynamic/fcos-pxe:Machine` and so on. */
export const typeToken = (type: string) => `pulumi-nodejs:dynamic/fcos-pxe:${type}`;

/** The modules under `pulumi-fcos-pxe/provider/`. States name them: they stay for ever. */
export type ProviderModule =
  | "bootServices"
  | "fcosRelease"
  | "ignitionConfig"
  | "lab"
  | "localBoot"
  | "machine"
  | "virtualMachine";

/**
 * A dynamic resource whose provider is a module of this package, named rather than captured. `pulumi.dynamic.Resource`
 * serialises the provider object with V8's inspector for the same result, four times as long, in every resource's inputs
 * and outputs; this needs no serialisation, and the package may be linked.
 */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor(
    type: string,
    module: ProviderModule,
    name: string,
    props: Record<string, unknown>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const restore = keepUsersFrameOnly();
    try {
      const __provider = `exports.handler=()=>require("pulumi-fcos-pxe/provider/${module}")`;
      super(typeToken(type), name, { ...props, __provider }, opts);
    } finally {
      restore();
    }
  }
}

/**
 * Pulumi records the call stack of each resource's construction in the state: half a kilobyte of frames inside Pulumi and
 * this package, the first of which it shows as the resource's position in the source. What is left here is the line of the
 * user's program. It looks through the whole stack for that, and besides keeps a shorter one of each property, for its search for
 * leaked promises alone: to map those to the lines of TypeScript would take half of the time of a program with many machines.
 */
function keepUsersFrameOnly(): () => void {
  const original = Error.prepareStackTrace;
  const needsAll = process.env.PULUMI_DEBUG_PROMISE_LEAKS !== undefined;
  Error.prepareStackTrace = (error, sites) => {
    if (Error.stackTraceLimit !== Number.POSITIVE_INFINITY && !needsAll) return String(error);
    const own = sites.findIndex((site) => site.getFileName()?.startsWith(dirname(__filename)));
    const user = sites.slice(own).find((site) => !site.getFileName()?.startsWith(dirname(__filename)));
    const kept = own < 0 || !user ? sites : [...sites.slice(0, own + 1), user];
    return original ? original(error, kept) : [String(error), ...kept.map((site) => `    at ${site}`)].join("\n");
  };
  return () => {
    Error.prepareStackTrace = original;
  };
}

/** Whether a value is a resource of that type, even one made by another copy of this package. */
export const isOfType = (value: unknown, type: string): boolean =>
  typeof value === "object" && value !== null && (value as { __pulumiType?: string }).__pulumiType === typeToken(type);
