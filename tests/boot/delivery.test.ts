import * as pulumi from "@pulumi/pulumi";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { type LoginKey, loginKey, onMachine, shows } from "../support/onMachine";

describe("a machine of the lab whose config comes in an initrd", function () {
  this.timeout(600_000);
  let test: TestStack;
  let key: LoginKey;
  let machine: { lab: string; address: string };

  before(async () => {
    test = await testStack("wrapped");
    key = loginKey(test.directory);
    test.program = async () => {
      const lab = new pxe.lab.Lab("lab");
      const server = new pxe.PxeServer("server", { network: lab.network });
      const release = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
      const shared = new pxe.IgnitionConfig("shared", {
        ...{ server, release, sshAuthorizedKeys: [key.publicLine] },
        files: [{ path: "/etc/probe/fetched", contents: "fetched\n" }],
      });
      const own = new pxe.IgnitionConfig("own", {
        ...{ server, release, delivery: "wrapped", silence: ["no-login"] },
        files: [
          { path: "/etc/probe/wrapped", contents: "wrapped\n" },
          { path: "/etc/probe/large", contents: "0123456789abcde\n".repeat(10_000) },
        ],
      });
      const vm = new pxe.lab.VirtualMachine("node1", { lab });
      const node = new pxe.Machine("node1", {
        ...{ server, match: { mac: vm.mac }, hostname: "node1", release, ignition: [shared, own] },
        ...{ power: vm.power, reprovision: "reboot", waitForBoot: "5m" },
      });
      return { machine: pulumi.output({ lab: lab.directory, address: node.bootedAddress }) };
    };
    await test.stack.up();
    machine = (await test.stack.outputs()).machine!.value;
  });
  after(() => test.remove());

  shows(
    [
      ["was told no config URL", "grep -c ignition.config.url /proc/cmdline || true", "0"],
      ["has what was wrapped", "cat /etc/probe/wrapped; wc -c < /etc/probe/large", "wrapped\n160000"],
      ["has what the wrapped config merges by URL", "cat /etc/probe/fetched", "fetched"],
      ["has its host name", "cat /etc/hostname", "node1"],
    ],
    (command) => onMachine(machine, key, command),
  );
});
