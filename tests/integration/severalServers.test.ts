import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { mustRun } from "../../provider/hosts/host";
import * as pxe from "../../sdk";
import { announced, type TestStack, testStack } from "../support/engine";
import { type LabOverSsh, startLabOverSsh } from "../support/labOverSsh";
import { testKey, tinyStream } from "../support/tinyStream";

const mac = "52:54:00:44:00:01";

/** Two machines of their own over SSH, each with its own dnsmasq and nginx: in life they would share a network. */
describe("one environment on two servers", function () {
  this.timeout(180_000);
  let test: TestStack;
  let labs: LabOverSsh[];
  let stream: Awaited<ReturnType<typeof tinyStream>>;

  before(async () => {
    test = await testStack("several");
    labs = [await startLabOverSsh(), await startLabOverSsh()];
    stream = await tinyStream(join(test.directory, "published"), "43.1", await testKey());
  });
  after(async () => {
    await test.remove();
    for (const lab of labs) await lab.stop();
  });

  interface Declared {
    motd?: string;
    /** On which of the servers; default: both. */
    on?: readonly number[];
    artifacts?: { url: string };
  }
  const declare =
    ({ motd = "hello", on = [0, 1], artifacts }: Declared): PulumiFn =>
    async () => {
      const all = labs.map(
        (lab, index) =>
          new pxe.PxeServer(`server${index}`, {
            connection: lab.sshd.connection,
            directory: site(index),
            artifacts,
            network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const },
            url: `http://pxe${index}.example.org`,
          }),
      );
      const server = on.map((index) => all[index]!) as [pxe.PxeServer, ...pxe.PxeServer[]];
      const release = new pxe.FcosRelease("release", { server, ...stream.args });
      const files = [{ path: "/etc/motd", contents: motd }];
      const ignition = new pxe.IgnitionConfig("compute", { server, files });
      const machine = new pxe.Machine("node1", { server, match: { mac }, hostname: "node1", release, ignition });
      return { bootDigest: machine.bootDigest, bootedDigest: machine.bootedDigest };
    };
  const up = async (declared: Declared = {}) => {
    test.program = declare(declared);
    return (await test.stack.up()).outputs;
  };
  const changes = async (declared: Declared = {}) => {
    test.program = declare(declared);
    const steps = (await announced(test.stack)).filter(({ op }) => op !== "same");
    return Object.fromEntries(
      steps.map(({ name, op, diffs }) => [name, diffs.includes("bootDigest") ? `${op}: boots something else` : op]),
    );
  };
  const site = (index: number) => join(labs[index]!.directory, "server");
  const bootConfig = (index: number) => join(site(index), "tftp/pxelinux.cfg/01-52-54-00-44-00-01");

  it("is the same content on both, and each server's boot config leads to itself", async () => {
    await up();
    for (const index of [0, 1]) {
      const urls = readFileSync(bootConfig(index), "utf8").match(/http:\/\/\S+\/(store|ignition)\/\S+/g) ?? [];
      assert.equal(urls.length, 4);
      for (const url of urls) {
        assert.ok(url.startsWith(`http://pxe${index}.example.org/`), url);
        assert.ok(existsSync(join(site(index), "http", new URL(url).pathname)), url);
      }
    }
    const store = (index: number) => readdirSync(join(site(index), "http/store/sha256"));
    assert.deepEqual(store(0), store(1));
    assert.deepEqual(await changes(), {});
  });

  it("knows what a machine booted, from whichever server", async () => {
    const { bootDigest } = await up();
    for (const index of [1, 0]) {
      const report = readFileSync(bootConfig(index), "utf8").match(/example\.org(\/booted\/\S+)/)?.[1];
      assert.ok(report?.endsWith(bootDigest!.value), "the same digest, from wherever it boots");
      await mustRun(labs[index]!.host, ["curl", "-sS", "-X", "POST", `http://10.44.0.1${report}?version=43.${index}`]);
      await test.stack.refresh();
      const { bootedVersion } = (await test.stack.exportStack()).deployment.resources.find(
        ({ type }: { type: string }) => type.endsWith(":Machine"),
      ).outputs;
      assert.equal(bootedVersion, `43.${index}`);
    }
  });

  it("finds a file that is gone on the second server, and brings it back", async () => {
    rmSync(join(site(1), "http/store/sha256", stream.pxe.kernel.sha256));
    rmSync(bootConfig(1));
    test.program = declare({});
    await test.stack.refresh();
    assert.deepEqual(Object.keys(await changes()).sort(), ["node1", "release"]);
    await up();
    assert.ok(existsSync(bootConfig(1)) && existsSync(join(site(1), "http/store/sha256", stream.pxe.kernel.sha256)));
  });

  it("leaves a server without a reason to restart anything, and comes back to it", async () => {
    for (const on of [[1], [0, 1]]) {
      const steps = await changes({ on });
      assert.deepEqual(steps, { release: "update", compute: "update", node1: "update" });
      await up({ on });
      assert.deepEqual(await changes({ on }), {});
      for (const index of [0, 1]) {
        assert.equal(existsSync(bootConfig(index)), on.includes(index), `${on}: ${index}`);
      }
    }
  });

  it("points machines at artifacts elsewhere, once they are there", async () => {
    const url = "http://10.44.0.1:8000";
    for (const { host, directory } of labs) {
      mkdirSync(join(directory, "cdn"));
      const cdn = [
        "python3",
        "-m",
        "http.server",
        "--bind",
        "10.44.0.1",
        "--directory",
        join(directory, "cdn"),
        "8000",
      ];
      await host.start(cdn, { pidFile: join(directory, "cdn.pid"), logFile: join(directory, "cdn.log") });
      for (let tries = 0; tries < 100 && (await host.run(["curl", "-s", url])).code !== 0; tries++)
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    test.program = declare({ artifacts: { url } });
    await assert.rejects(
      test.stack.up(),
      /artifacts: http:\S+ answers 404 to \S+: copy \S+\/store\/sha256\/\S+ of the server/,
    );
    for (const index of [0, 1])
      cpSync(join(site(index), "http/store/sha256"), join(labs[index]!.directory, "cdn"), { recursive: true });
    await up({ artifacts: { url } });
    const text = readFileSync(bootConfig(1), "utf8");
    assert.ok(text.includes(`KERNEL ${url}/${stream.pxe.kernel.sha256}`), text);
    assert.ok(text.includes(`coreos.live.rootfs_url=${url}/${stream.pxe.rootfs.sha256}`));
    await up();
  });

  it("goes on without a server that died, when the program leaves it", async () => {
    renameSync(join(labs[0]!.sshd.directory, "authorized_keys"), join(labs[0]!.sshd.directory, "taken-away"));
    try {
      test.program = declare({ on: [1], motd: "changed" });
      await test.stack.up();
      assert.equal(readdirSync(join(site(1), "http/ignition")).length, 2);
      assert.deepEqual(await changes({ on: [1], motd: "changed" }), {});
    } finally {
      renameSync(join(labs[0]!.sshd.directory, "taken-away"), join(labs[0]!.sshd.directory, "authorized_keys"));
    }
  });
});
