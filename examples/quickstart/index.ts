import * as pxe from "pulumi-fcos-pxe";

const lab = new pxe.lab.Lab("lab");
const server = new pxe.PxeServer("server", { network: lab.network });

const vm = new pxe.lab.VirtualMachine("node1", { lab });
export const mac = vm.mac;
export const url = server.url;
