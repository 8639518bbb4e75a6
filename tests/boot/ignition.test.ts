import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { type LoginKey, loginKey, onMachine, shows } from "../support/onMachine";

describe("a machine of the lab that is configured by Ignition", function () {
  this.timeout(600_000);
  let test: TestStack;
  let key: LoginKey;
  let machine: { lab: string; address: string };

  before(async () => {
    test = await testStack("ignition");
    key = loginKey(test.directory);
    test.program = declare(key.publicLine);
    await test.stack.up();
    machine = (await test.stack.outputs()).machine!.value;
  });
  after(() => test.remove());

  const declare = (publicKey: string) => async () => {
    const lab = new pxe.lab.Lab("lab");
    const server = new pxe.PxeServer("server", { network: lab.network });
    const release = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
    const ignition = new pxe.IgnitionConfig("compute", {
      server,
      release,
      sshAuthorizedKeys: [publicKey],
      users: [{ name: "bob", uid: 4711, gecos: "Bob", groups: ["systemd-journal"] }],
      files: [
        { path: "/etc/probe/typed", contents: "typed\n", mode: 0o640, user: "bob" },
        { path: "/etc/probe/large", contents: "0123456789abcde\n".repeat(10_000) },
        { path: "/etc/probe/secret", contents: pulumi.secret("hunter2\n") },
      ],
      links: [{ path: "/etc/probe/link", target: "typed" }],
      units: [
        {
          name: "probe.service",
          enabled: true,
          contents:
            "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo $WORD > /run/probe'\n[Install]\nWantedBy=multi-user.target\n",
          dropins: [{ name: "10-word.conf", contents: "[Service]\nEnvironment=WORD=dropped-in\n" }],
        },
      ],
      containers: [{ name: "simulator", image: "quay.io/acme/simulator:7" }],
      sysctls: { "vm.swappiness": 7 },
      timezone: "Europe/Zurich",
      butane:
        "variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/probe/butane, contents: {inline: butane}}]}\n",
      ignition: {
        ignition: { version: "3.0.0" },
        storage: { files: [{ path: "/etc/probe/raw", contents: { source: "data:,raw" } }] },
      },
    });
    const own = new pxe.IgnitionConfig("node1-own", {
      server,
      files: [{ path: "/etc/probe/own", contents: "own\n" }],
      kernelArguments: ["probe.argument=1"],
      silence: ["no-login"],
    });
    const vm = new pxe.lab.VirtualMachine("node1", { lab });
    const node = new pxe.Machine("node1", {
      ...{ server, match: { mac: vm.mac }, hostname: "node1", release, ignition: [ignition, own] },
      ...{ power: vm.power, reprovision: "reboot", waitForBoot: "5m" },
    });
    return { machine: pulumi.output({ lab: lab.directory, address: node.bootedAddress }) };
  };

  const expectations: [what: string, command: string, expected: string | RegExp][] = [
    ["lets core in with its key", "id --user --name", "core"],
    ["has another user", "getent passwd bob", /^bob:.*:4711:.*:Bob:/],
    ["has a file with its mode and owner", "stat --format='%a %U' /etc/probe/typed", "640 bob"],
    ["has a link", "readlink /etc/probe/link", "typed"],
    [
      "has large contents that were fetched by themselves",
      "sha256sum < /etc/probe/large | cut -c1-8; wc -c < /etc/probe/large",
      /160000$/,
    ],
    ["has a secret", "cat /etc/probe/secret", "hunter2"],
    ["has what Butane says", "cat /etc/probe/butane", "butane"],
    ["has what raw Ignition says", "cat /etc/probe/raw", "raw"],
    ["ran a unit with its drop-in", "cat /run/probe", "dropped-in"],
    ["has a Quadlet file", "cat /etc/containers/systemd/simulator.container", /^Image=quay\.io\/acme\/simulator:7$/m],
    ["applied kernel settings", "cat /proc/sys/vm/swappiness", "7"],
    ["has its time zone", "readlink /etc/localtime", "../usr/share/zoneinfo/Europe/Zurich"],
    ["has the parts that are its own, merged over the shared one", "cat /etc/hostname /etc/probe/own", "node1\nown"],
    ["was booted with the kernel arguments that its config needs", "cat /proc/cmdline", /(^| )probe\.argument=1( |$)/],
  ];
  shows(expectations, (command) => onMachine(machine, key, command));

  it("keeps the secret out of the state", async () => {
    const state = JSON.stringify(await test.stack.exportStack());
    assert.ok(!state.includes("hunter2"));
  });
});
