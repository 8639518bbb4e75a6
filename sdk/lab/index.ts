export { Lab, type LabArgs } from "./lab";
export { sampleStream } from "./sample";
export { VirtualMachine, type VirtualMachineArgs } from "./virtualMachine";
