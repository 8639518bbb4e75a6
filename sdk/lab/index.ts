export { Lab, type LabArgs } from "./lab";
export { VirtualMachine, type VirtualMachineArgs } from "./virtualMachine";
