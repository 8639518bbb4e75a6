export type { ConnectionArgs, JumpArgs } from "./connection";
export type { ContainersArgs } from "./containers";
export {
  FcosRelease,
  type FcosReleaseArgs,
  type ReleaseArtifacts,
  type ReleaseCustomization,
  type ReleaseFile,
} from "./fcosRelease";
export type { Ignition } from "./ignition";
export type * from "./ignitionArgs";
export { IgnitionConfig, type IgnitionConfigArgs } from "./ignitionConfig";
export * as lab from "./lab";
export { LocalBoot, type LocalBootArgs } from "./localBoot";
export { type BootedMachine, Machine, type MachineArgs, type MatchArgs, type PowerArgs } from "./machine";
export type { AddressRangeArgs, NetworkArgs } from "./network";
export { type ArtifactsArgs, type BucketArgs, PxeServer, type PxeServerArgs } from "./pxeServer";
export type { Server, Servers } from "./server";
