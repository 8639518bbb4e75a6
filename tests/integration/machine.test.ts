import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { makeAuthority } from "../../provider/tls/certificates";
import * as pxe from "../../sdk";
import { announced, type TestStack, testStack } from "../support/engine";
import { testKey, tinyStream } from "../support/tinyStream";

const mac = "52:54:00:44:00:01";
const other = "52:54:00:44:00:02";

/** The real engine and providers on a server that is a plain directory: everything but machines that boot. */
describe("an environment in a plain directory", function () {
  this.timeout(120_000);
  let test: TestStack;
  let site: string;
  let streams: Record<string, Awaited<ReturnType<typeof tinyStream>>>;

  before(async () => {
    test = await testStack("directory");
    site = join(test.directory, "site");
    const key = await testKey();
    const published = join(test.directory, "published");
    streams = {
      "43.1": await tinyStream(published, "43.1", key),
      "44.1": await tinyStream(published, "44.1", key),
    };
  });
  after(() => test.remove());

  interface Declared {
    version?: string;
    release?: Partial<pxe.FcosReleaseArgs>;
    motd?: string;
    machines?: Record<string, Partial<pxe.MachineArgs> & { mac: string }>;
  }

  const declare =
    ({ version = "43.1", release: more, motd = "hello", machines = { node1: { mac } } }: Declared): PulumiFn =>
    async () => {
      const server = new pxe.PxeServer("server", { services: "none", directory: site, url: "http://10.44.0.1" });
      const release = new pxe.FcosRelease("release", { server, ...streams[version]!.args, ...more });
      const ignition = new pxe.IgnitionConfig("compute", { server, files: [{ path: "/etc/motd", contents: motd }] });
      for (const [name, { mac, ...own }] of Object.entries(machines))
        new pxe.Machine(name, { server, match: { mac }, release, ignition, ...own });
      return {};
    };

  const up = (declared: Declared) => {
    test.program = declare(declared);
    return test.stack.up();
  };
  const preview = (declared: Declared) => {
    test.program = declare(declared);
    return announced(test.stack);
  };
  const bootConfig = (of = mac) =>
    readFileSync(join(site, "tftp", "pxelinux.cfg", `01-${of.replaceAll(":", "-")}`), "utf8");
  const inStore = (digest: string) => existsSync(join(site, "http", "store", "sha256", digest));

  it("is known to the last digest at preview, which does nothing", async () => {
    const steps = await preview({});
    const machine = steps.find(({ type }) => type === "Machine")!;
    assert.equal(machine.op, "create");
    assert.match(String(machine.inputs.release), /^stable 43\.1 x86_64 sha256:[0-9a-f]{64}$/);
    assert.match(String(machine.inputs.ignition), /^compute sha256:[0-9a-f]{64}$/);
    assert.match(String(machine.inputs.bootDigest), /^[0-9a-f]{64}$/);
    assert.equal(existsSync(site), false);
  });

  it("publishes a boot config whose every URL is a file that is there", async () => {
    await up({});
    const urls = bootConfig().match(/http:\/\/10\.44\.0\.1\/(store|ignition)\/\S+/g) ?? [];
    assert.equal(urls.length, 4, bootConfig()); // kernel, initramfs, Ignition, rootfs
    for (const url of urls) assert.ok(existsSync(join(site, "http", new URL(url).pathname)), url);
    assert.match(
      bootConfig(),
      /^ {2}APPEND ip=dhcp rd\.neednet=1 initrd=\S+ console=tty0 console=ttyS0 ignition\.firstboot ignition\.platform\.id=metal ignition\.config\.url=/m,
    );
    assert.match(bootConfig(), /^ {2}IPAPPEND 2$/m);
  });

  it("has nothing to do the second time", async () => {
    assert.deepEqual([...new Set((await preview({})).map(({ op }) => op))], ["same"]);
  });

  it("announces a new release at the machine, publishes it first and removes the old one last", async () => {
    const machine = (await preview({ version: "44.1" })).find(({ type }) => type === "Machine")!;
    assert.equal(machine.op, "update");
    assert.deepEqual([...machine.diffs].sort(), ["bootDigest", "consequence", "release"]);
    assert.equal(machine.inputs.consequence, "new release: at its next boot");
    await up({ version: "44.1" });
    assert.ok(inStore(streams["44.1"]!.pxe.kernel.sha256) && bootConfig().includes(streams["44.1"]!.pxe.kernel.sha256));
    await up({ version: "43.1" });
    assert.ok(bootConfig().includes(streams["43.1"]!.pxe.kernel.sha256), "a rollback is one `up`");
  });

  it("keeps the files of as many releases as it is told, and goes back to one of them without its publisher", async () => {
    const files = (version: string) => Object.values(streams[version]!.pxe).map(({ sha256 }) => sha256);
    const kept = (version: string) => files(version).filter(inStore).length;
    await up({ version: "44.1" });
    assert.equal(kept("43.1"), 3);
    const published = join(test.directory, "published");
    const names = readdirSync(published).filter((name) => name.includes("-43.1-"));
    const contents = names.map((name) => readFileSync(join(published, name)));
    for (const name of names) rmSync(join(published, name));
    await up({ version: "43.1" });
    assert.ok(files("43.1").every((digest) => bootConfig().includes(digest) || inStore(digest)));
    for (const [index, name] of names.entries()) writeFileSync(join(published, name), contents[index]!);
    await up({ version: "43.1", release: { keep: 0 } });
    await up({ version: "44.1", release: { keep: 0 } });
    assert.equal(kept("43.1"), 0);
    await up({});
  });

  it("stays on hold when it is replaced for another reason, and goes back by a pin when nobody can be asked", async () => {
    const published = join(test.directory, "published");
    const stream = join(published, "stable.json");
    const lists = (version: string) => copyFileSync(join(published, `${version}.json`), stream);
    const follow = (more: Partial<pxe.FcosReleaseArgs>) => ({
      release: { metadataUrl: pathToFileURL(stream).href, ...more },
    });
    const releaseIn = async (declared: Declared) =>
      String((await preview(declared)).find(({ type }) => type === "Machine")!.inputs.release);
    lists("43.1");
    await up(follow({}));
    lists("44.1");
    const held = follow({ hold: true, customize: { kernelArguments: ["mitigations=off"] } });
    assert.match(await releaseIn(held), /^stable 43\.1 /);
    await up(held);
    assert.match(bootConfig(), / mitigations=off /);
    assert.ok(bootConfig().includes(streams["43.1"]!.pxe.kernel.sha256));
    await up(follow({}));
    assert.ok(bootConfig().includes(streams["44.1"]!.pxe.kernel.sha256));
    rmSync(stream);
    const back = follow({ version: "43.1" });
    assert.match(await releaseIn(back), /^stable 43\.1 /);
    await up(back);
    assert.ok(bootConfig().includes(streams["43.1"]!.pxe.kernel.sha256));
    await up({});
  });

  it("adds what a release is customized with, by the digest of that, and takes it away again", async () => {
    const plain = bootConfig();
    const customize = {
      certificateAuthorities: [(await makeAuthority("test")).certificate],
      networkKeyfiles: { "eno1.nmconnection": "[connection]\nid=eno1\ntype=ethernet\n" },
      kernelArguments: ["mitigations=off"],
    };
    const steps = await preview({ release: { customize } });
    assert.equal(steps.find(({ type }) => type === "Machine")!.inputs.consequence, "new release: at its next boot");
    await up({ release: { customize } });
    const [, , added] = bootConfig().match(/initrd=([^, ]+),(\S+)/)!;
    const initrd = readFileSync(join(site, "http", new URL(added!).pathname));
    assert.equal(createHash("sha256").update(initrd).digest("hex"), added!.split("/").at(-1));
    assert.match(
      initrd.toString(),
      /etc\/pki\/tls\/certs\/release\.pem[\s\S]*etc\/coreos-firstboot-network\/eno1\.nmconnection/,
    );
    assert.match(bootConfig(), / mitigations=off /);
    await up({ release: { keep: 0 } });
    assert.equal(bootConfig(), plain);
    await up({});
  });

  it("announces a new Ignition config at the machine and keeps the old one only as long as it is used", async () => {
    const before = readdirSync(join(site, "http", "ignition"));
    const machine = (await preview({ motd: "changed" })).find(({ type }) => type === "Machine")!;
    assert.equal(machine.inputs.consequence, "new Ignition: at its next boot");
    await up({ motd: "changed" });
    const now = readdirSync(join(site, "http", "ignition"));
    assert.equal(now.length, 1);
    assert.notDeepEqual(now, before);
    assert.ok(bootConfig().includes(now[0]!));
    await up({});
  });

  it("shows the changed lines of a long text, and not the others", async () => {
    const text = (changed: string) =>
      Array.from({ length: 1500 }, (_, line) => (line === 700 ? changed : `this is line ${line}`)).join("\n");
    await up({ motd: text("before") });
    test.program = declare({ motd: text("after") });
    const { stdout } = await test.stack.preview({ diff: true });
    const shown = stdout.split("\n").filter((line) => /this is line|before|after/.test(line));
    assert.deepEqual(
      shown.map((line) => line.trim()).filter((line) => !line.startsWith("~")),
      ["this is line 698", "this is line 699", "- before", "+ after", "this is line 701", "this is line 702"],
      stdout,
    );
    await up({});
  });

  it("gives a machine with a host name a config of its own that merges the shared one, and takes it back", async () => {
    await up({ machines: { node1: { mac, hostname: "node-one" } } });
    const configs = readdirSync(join(site, "http", "ignition"));
    assert.equal(configs.length, 2);
    const own = configs.find((name) => bootConfig().includes(name))!;
    const shared = configs.find((name) => name !== own)!;
    assert.ok(readFileSync(join(site, "http", "ignition", own), "utf8").includes(shared));
    await up({});
    assert.deepEqual(readdirSync(join(site, "http", "ignition")), [shared]);
  });

  it("keeps the files of a machine that got another name in the program", async () => {
    await up({ machines: { renamed: { mac } } });
    assert.match(bootConfig(), /^# Machine renamed$/m);
    await up({});
  });

  it("moves the binding when the MAC address changes", async () => {
    await up({ machines: { node1: { mac: other } } });
    assert.match(bootConfig(other), /^# Machine node1$/m);
    assert.throws(() => bootConfig(mac), /ENOENT/);
    await up({});
  });

  it("finds what was altered or deleted on the server, and repairs it", async () => {
    const config = join(site, "tftp", "pxelinux.cfg", `01-${mac.replaceAll(":", "-")}`);
    const text = bootConfig();
    writeFileSync(config, text.replace("console=tty0", "console=tty9"));
    rmSync(join(site, "http", "store", "sha256", streams["43.1"]!.pxe.rootfs.sha256));
    test.program = declare({});
    await test.stack.refresh();
    await test.stack.up();
    assert.equal(bootConfig(), text);
    assert.ok(inStore(streams["43.1"]!.pxe.rootfs.sha256));
  });

  for (const [what, declared, expected] of [
    [
      "two machines with one MAC address",
      { machines: { one: { mac }, two: { mac: "52-54-00-44-00-01" } } },
      /already taken by Machine/,
    ],
    [
      "a MAC address in no usual form",
      { machines: { node1: { mac: "52:54" } } },
      /match\.mac must be a unicast MAC address.*got "52:54"/,
    ],
    [
      "a host name with a line break",
      { machines: { node1: { mac, hostname: "a\nb" } } },
      /hostname must be a host name/,
    ],
    [
      "a kernel argument with a quote",
      { machines: { node1: { mac, kernelArguments: ['a="b"'] } } },
      /kernelArguments\[0\] must not contain quotes/,
    ],
  ] as const)
    it(`refuses ${what} at preview, and nothing is lost`, async () => {
      const before = bootConfig();
      test.program = declare(declared as unknown as Declared);
      await assert.rejects(test.stack.preview(), expected);
      assert.equal(bootConfig(), before);
    });

  it("leaves nothing behind when it is destroyed, and what isn't its own alone", async () => {
    writeFileSync(join(site, "notes.txt"), "mine");
    await test.stack.destroy();
    assert.deepEqual(readdirSync(site), ["notes.txt"]);
  });
});
