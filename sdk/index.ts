export {
  type DropinArgs,
  type DropinArgs,
  type FileArgs,
  type FileArgs,
  IgnitionConfig,
  IgnitionConfig,
  type IgnitionConfigArgs,
  type IgnitionConfigArgs,
  type UnitArgs,
  type UnitArgs,
} from "./ignitionConfig";
export * as lab from "./lab";
export { Machine, type MachineArgs, type MatchArgs, type PowerArgs } from "./machine";
export type { NetworkArgs } from "./network";
export { PxeServer, type PxeServerArgs } from "./pxeServer";
export type { Server } from "./server";
