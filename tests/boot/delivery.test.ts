import * as pulumi from "@pulumi/pulumi";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { type LoginKey, loginKey, onMachine, shows } from "../support/onMachine";

describe("machines of the lab that get their configs", function () {
  this.timeout(600_000);
  let test: TestStack;
  let key: LoginKey;
  let lab: string;
  let addresses: { wrapped: string; https: string };

  before(async () => {
    test = await testStack("delivery");
    key = loginKey(test.directory);
    test.program = async () => {
      const lab = new pxe.lab.Lab("lab");
      const server = new pxe.PxeServer("server", { network: lab.network, tls: true, restrict: true });
      const release = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
      const machine = (name: string, ignition: pxe.IgnitionConfig[], own: Partial<pxe.MachineArgs>) => {
        const vm = new pxe.lab.VirtualMachine(name, { lab });
        const node = new pxe.Machine(name, {
          ...{ server, match: { mac: vm.mac }, release, ignition },
          ...{ power: vm.power, reprovision: "reboot", waitForBoot: "5m", ...own },
        });
        return node.bootedAddress;
      };
      const shared = new pxe.IgnitionConfig("shared", {
        ...{ server, release, sshAuthorizedKeys: [key.publicLine] },
        files: [{ path: "/etc/probe/shared", contents: "shared\n" }],
      });
      const wrapped = new pxe.IgnitionConfig("wrapped", {
        ...{ server, release, delivery: "wrapped", silence: ["no-login"] },
        files: [
          { path: "/etc/probe/wrapped", contents: "wrapped\n" },
          { path: "/etc/probe/large", contents: "0123456789abcde\n".repeat(10_000) },
        ],
      });
      const https = new pxe.IgnitionConfig("https", {
        ...{
          server,
          release,
          sshAuthorizedKeys: [key.publicLine],
          files: [{ path: "/etc/probe/secret", contents: pulumi.secret("hunter2\n") }],
        },
      });
      return {
        lab: lab.directory,
        addresses: {
          wrapped: machine("node1", [shared, wrapped], { hostname: "node1", transport: "tftp" }),
          https: machine("node2", [https], { address: "10.44.0.20" }),
        },
      };
    };
    await test.stack.up();
    const outputs = await test.stack.outputs();
    lab = outputs.lab!.value;
    addresses = outputs.addresses!.value;
  });
  after(() => test.remove());

  const run = (machine: keyof typeof addresses) => (command: string) =>
    onMachine({ lab, address: addresses[machine] }, key, command);

  describe("in an initrd", () =>
    shows(
      [
        ["were told no config URL", "grep -c ignition.config.url= /proc/cmdline || true", "0"],
        ["have what was wrapped", "cat /etc/probe/wrapped; wc -c < /etc/probe/large", "wrapped\n160000"],
        ["have what their own config merges by URL", "cat /etc/probe/shared", "shared"],
        ["have their host name", "cat /etc/hostname", "node1"],
      ],
      run("wrapped"),
    ));

  describe("over TLS", () =>
    shows(
      [
        ["were told an https URL", "cat /proc/cmdline", / ignition\.config\.url=https:\/\/10\.44\.0\.1\/ignition\//],
        ["have the secret in it", "cat /etc/probe/secret", "hunter2"],
      ],
      run("https"),
    ));
});
