import * as pulumi from "@pulumi/pulumi";
import * as pxe from "pulumi-fcos-pxe";

// What the machines boot. Change it to "next", run `npm run pulumi -- preview --diff`, then `npm run pulumi -- up`.
const stream = "stable";

// A private network on this machine; on real ones this is `network: { interface: "eno1", subnet: "10.0.0.0/24" }`.
const lab = new pxe.lab.Lab("lab");
const server = new pxe.PxeServer("server", { network: lab.network });

const release = new pxe.FcosRelease("release", { server, ...pxe.lab.sampleStream(stream) });

const compute = new pxe.IgnitionConfig("compute", {
  server,
  files: [{ path: "/etc/motd", contents: "This machine was booted from the network. Nothing on it is installed.\n" }],
});

const nodes = ["node1", "node2"].map((name) => {
  const vm = new pxe.lab.VirtualMachine(name, { lab });
  const machine = new pxe.Machine(name, {
    server,
    match: { mac: vm.mac },
    hostname: name,
    release,
    ignition: compute,
    power: vm.power,
    reprovision: "reboot",
    waitForBoot: "10m",
  });
  return { name, machine };
});

/** What each machine said when it came up. */
export const machines = pulumi.all(
  nodes.map(({ name, machine }) => ({
    name,
    address: machine.bootedAddress,
    version: machine.bootedVersion,
    digest: machine.bootedDigest,
    seconds: machine.bootSeconds,
  })),
);
