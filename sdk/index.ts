export { FcosRelease, type FcosReleaseArgs } from "./fcosRelease";
export {
  type DropinArgs,
  type FileArgs,
  IgnitionConfig,
  type IgnitionConfigArgs,
  type UnitArgs,
} from "./ignitionConfig";
export * as lab from "./lab";
export { Machine, type MachineArgs, type MatchArgs, type PowerArgs } from "./machine";
export type { NetworkArgs } from "./network";
export { PxeServer, type PxeServerArgs } from "./pxeServer";
export type { Server } from "./server";
