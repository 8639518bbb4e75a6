export { FcosRelease, type FcosReleaseArgs } from "./fcosRelease";
export type { Ignition } from "./ignition";
export type * from "./ignitionArgs";
export { IgnitionConfig, type IgnitionConfigArgs } from "./ignitionConfig";
export * as lab from "./lab";
export { Machine, type MachineArgs, type MatchArgs, type PowerArgs } from "./machine";
export type { NetworkArgs } from "./network";
export { PxeServer, type PxeServerArgs } from "./pxeServer";
export type { Server } from "./server";
