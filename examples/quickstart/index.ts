import * as pulumi from "@pulumi/pulumi";
import * as pxe from "pulumi-fcos-pxe";

const refs: Record<string, string> = require("/tmp/scratch/refs.json");

const lab = new pxe.lab.Lab("lab");
const server = new pxe.PxeServer("server", { network: lab.network });

const vm = new pxe.lab.VirtualMachine("node1", { lab });
const machine = new pxe.Machine("node1", {
  server,
  match: { mac: vm.mac },
  hostname: "node-a",
  kernelArguments: ["loglevel=4"],
  release: { ref: pulumi.output(refs.release!) },
  ignition: { ref: pulumi.output(refs.ignition!) },
  power: vm.power,
  reprovision: "reboot",
  waitForBoot: "4m",
});
export const mac = vm.mac;
export const url = server.url;
export const booted = machine.bootedVersion;
export const seconds = machine.bootSeconds;
