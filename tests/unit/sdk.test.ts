import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as pxe from "../../sdk";
import { type Declared, declaredBy } from "../support/mocks";

/** All that can be said, so that an argument that is new has to be here too. */
type All<T, Left extends keyof T = never> = Required<Omit<T, Left>>;

const network: All<pxe.NetworkArgs, "lab"> = {
  interface: "eno1",
  subnet: "10.0.0.0/24",
  dhcp: "server",
  besideOtherDhcp: true,
  address: "10.0.0.2",
  ranges: [{ first: "10.0.0.100", last: "10.0.0.199" }],
  leaseTime: "12h",
  dhcpOptions: { router: "10.0.0.254" },
};
const pxeServer: All<pxe.PxeServerArgs, "containers" | "connection"> = {
  network,
  services: "systemd",
  prepare: false,
  directory: "/srv/pxe",
  unknownMachines: "discover",
  url: "http://10.0.0.2",
  tls: true,
  restrict: true,
  artifacts: { url: "http://cdn.example.org" },
};
const fcosRelease: All<pxe.FcosReleaseArgs, "server"> = {
  stream: "testing",
  architecture: "aarch64",
  version: "44.20261101.2.0",
  hold: true,
  minimumAge: "7d",
  metadataUrl: "https://mirror.example.org/testing.json",
  artifacts: { kernel: { location: "kernel" }, initramfs: { location: "initramfs" } },
  customize: { kernelArguments: ["quiet"] },
  keep: 3,
  trustedKeys: ["key"],
  mirrorUrls: ["http://mirror.example.org"],
  verification: "sha256",
};
const ignitionConfig: All<pxe.IgnitionConfigArgs, "server" | "release"> = {
  sshAuthorizedKeys: ["ssh-ed25519 AAAA"],
  users: [{ name: "bob" }],
  hostname: "node1",
  files: [{ path: "/etc/a" }],
  directories: [{ path: "/etc/b" }],
  links: [{ path: "/etc/c", target: "/etc/a" }],
  units: [{ name: "a.service" }],
  containers: [{ name: "simulator", image: "quay.io/acme/simulator:7" }],
  network: [{ interface: "eno1" }],
  certificateAuthorities: ["pem"],
  proxy: { http: "http://proxy.example.org" },
  timezone: "Europe/Zurich",
  sysctls: { "vm.swappiness": 10 },
  kernelModules: ["zfs"],
  swap: { zram: "ram / 2" },
  disks: [{ device: "/dev/vda" }],
  raid: [{ name: "data", level: "raid1", devices: ["/dev/vda"] }],
  filesystems: [{ device: "/dev/vda", format: "xfs" }],
  persistentVar: { device: "/dev/vda" },
  kernelArguments: ["quiet"],
  butane: ["variant: fcos"],
  ignition: ["{}"],
  delivery: "wrapped",
  silence: ["no-login"],
};
const machine: All<pxe.MachineArgs, "server" | "match" | "release" | "ignition"> = {
  kernelArguments: ["quiet"],
  hostname: "node1",
  address: "10.0.0.5",
  bootLoader: "grub",
  transport: "tftp",
  power: { virtualMachine: "/lab/machines/node1" },
  reprovision: "reboot",
  waitForBoot: "10m",
};
const match: All<pxe.MatchArgs> = { mac: "52:54:00:44:00:01", uuid: "u", serialNumber: "s", architecture: "x86_64" };
const virtualMachine: All<pxe.lab.VirtualMachineArgs, "lab"> = {
  mac: "52:54:00:44:00:01",
  memoryMiB: 768,
  diskMiB: 64,
  firmware: "uefi",
  networkBoot: "http",
};
const lab: All<pxe.lab.LabArgs> = { subnet: "10.9.0.0/24", directory: "/srv/lab" };

describe("what a program says", () => {
  let declared: Declared[];
  before(async () => {
    declared = await declaredBy(() => {
      const server = new pxe.PxeServer("server", pxeServer);
      const release = { ref: pulumi.output("stable 43 x86_64 sha256:aa") };
      const ignition = { ref: pulumi.output("compute sha256:bb") };
      const made = [
        new pxe.FcosRelease("release", { server, ...fcosRelease }),
        new pxe.IgnitionConfig("config", { server, release, ...ignitionConfig }),
        new pxe.Machine("machine", { server, match, release, ignition, ...machine }),
        new pxe.LocalBoot("local", { server, match, by: "sanboot" }),
        new pxe.lab.VirtualMachine("vm", { lab: new pxe.lab.Lab("lab", lab), ...virtualMachine }),
      ];
      return pulumi.all(made.map(({ urn }) => urn));
    });
  });

  const inputsOf = (type: string) => declared.find((one) => one.type.endsWith(`:${type}`))!.inputs;
  for (const [type, said] of [
    ["BootServices", pxeServer],
    ["FcosRelease", fcosRelease],
    ["IgnitionConfig", { ...ignitionConfig, release: "stable 43 x86_64 sha256:aa" }],
    ["Machine", { ...machine, ...match, release: "stable 43 x86_64 sha256:aa", ignition: "compute sha256:bb" }],
    ["LocalBoot", { ...match, by: "sanboot" }],
    ["Lab", lab],
    ["VirtualMachine", virtualMachine],
  ] as const)
    it(`reaches the provider of ${type}`, () => {
      for (const [name, value] of Object.entries(said)) assert.deepEqual(inputsOf(type)[name], value, name);
    });
});
