import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { samplePaths } from "../../provider/lab/sample";
import * as pxe from "../../sdk";
import { announced, type TestStack, testStack } from "../support/engine";

type Stream = "stable" | "next";
interface Booted {
  version?: string;
  digest?: string;
  declared: string;
  at?: string;
  seconds?: number;
}

describe("two machines of the lab", function () {
  this.timeout(600_000);
  let test: TestStack;
  before(async () => {
    test = await testStack("boot");
  });
  after(() => test.remove());

  const declare =
    (streams: Record<string, Stream>, changes: Record<string, Partial<pxe.MachineArgs>> = {}): PulumiFn =>
    async () => {
      const lab = new pxe.lab.Lab("lab");
      const server = new pxe.PxeServer("server", { network: lab.network });
      const ignition = new pxe.IgnitionConfig("compute", { server });
      const stable = new pxe.FcosRelease("stable", { server, ...pxe.lab.sampleStream("stable") });
      const next = new pxe.FcosRelease("next", { server, ...pxe.lab.sampleStream("next") });
      const machines = Object.entries(streams).map(([name, stream]) => {
        const vm = new pxe.lab.VirtualMachine(name, { lab });
        const machine = new pxe.Machine(name, {
          ...{ server, match: { mac: vm.mac }, hostname: name, release: { stable, next }[stream], ignition },
          ...{ power: vm.power, reprovision: "reboot", waitForBoot: "5m", ...changes[name] },
        });
        const { bootedVersion, bootedDigest, bootDigest, bootedAt, bootSeconds } = machine;
        return [
          name,
          { version: bootedVersion, digest: bootedDigest, declared: bootDigest, at: bootedAt, seconds: bootSeconds },
        ];
      });
      const log = server.site.apply(({ directory }) => join(directory, "log", "dnsmasq.log"));
      return { machines: pulumi.output(Object.fromEntries(machines)), log };
    };

  const booted = async () => (await test.stack.outputs()).machines?.value as Record<string, Booted>;
  const versions = () => samplePaths().versions;

  it("boot the declared release and phone home with the declared digest", async () => {
    test.program = declare({ node1: "stable", node2: "stable" });
    await test.stack.up();
    for (const [name, machine] of Object.entries(await booted())) {
      assert.equal(machine.version, versions().stable, name);
      assert.equal(machine.digest, machine.declared, name);
      assert.ok(machine.seconds! > 0, name);
    }
  });

  it("are left alone by a second up and by a refresh", async () => {
    const before = await booted();
    await test.stack.refresh();
    assert.deepEqual([...new Set((await announced(test.stack)).map(({ op }) => op))], ["same"]);
    assert.deepEqual(await booted(), before);
  });

  it("are reprovisioned one by one, over TFTP too: the other goes on running", async () => {
    const before = await booted();
    test.program = declare({ node1: "stable", node2: "next" }, { node2: { transport: "tftp" } });
    const machines = (await announced(test.stack)).filter(({ type }) => type === "Machine");
    assert.equal(machines.find(({ name }) => name === "node1")?.op, "same");
    const announcement = machines.find(({ name }) => name === "node2")!;
    assert.equal(announcement.inputs.consequence, "new release: restarted now");
    await test.stack.up();
    const after = await booted();
    assert.deepEqual(after.node1, before.node1);
    assert.equal(after.node2?.version, versions().next);
    assert.equal(after.node2?.digest, announcement.inputs.bootDigest);
    const log = readFileSync((await test.stack.outputs()).log?.value, "utf8");
    assert.equal(log.match(/ sent \S+\/store\/sha256\/[0-9a-f]{64} to /g)?.length, 2); // kernel and initramfs
  });

  it("tell how far they came when they don't come up in time; one that came up later is not restarted for it", async () => {
    test.program = declare(
      { node1: "stable", node2: "next" },
      { node2: { kernelArguments: ["quiet"], waitForBoot: "8s" } },
    );
    await assert.rejects(test.stack.up(), (error: Error) => {
      assert.match(
        error.message,
        /Machine node2 \(52:54:00:\S+\) did not report within 8 s; (last step|the server saw)/,
      );
      return true;
    });
    test.program = declare({ node1: "stable", node2: "next" }, { node2: { kernelArguments: ["quiet"] } });
    const { inputs } = (await announced(test.stack)).find(({ type, name }) => type === "Machine" && name === "node2")!;
    const reports = join(dirname((await test.stack.outputs()).log?.value), "booted.json");
    while (!readFileSync(reports, "utf8").includes(String(inputs.bootDigest)))
      await new Promise((resolve) => setTimeout(resolve, 500));
    await test.stack.up();
    const { node2 } = await booted();
    assert.equal(node2?.digest, node2?.declared);
    assert.equal(node2?.seconds, undefined, "this `up` did not switch it on");
  });

  it("leave no process, namespace or file behind", async () => {
    await test.stack.destroy();
    assert.equal(existsSync(join(test.directory, "state", "pulumi-fcos-pxe")), false);
    const left = readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        } catch {
          return "";
        }
      })
      .filter((command) => command.includes(test.directory));
    assert.deepEqual(left, []);
  });
});
