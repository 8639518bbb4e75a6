import assert from "node:assert/strict";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { mustRun } from "../../provider/hosts/host";
import * as pxe from "../../sdk";
import { announced, type TestStack, testStack } from "../support/engine";
import { type LabOverSsh, startLabOverSsh } from "../support/labOverSsh";
import { testKey, tinyStream } from "../support/tinyStream";

const macs = ["52:54:00:44:00:01", "52:54:00:44:00:02"];

/** Every resource, by the real engine, on a server that is reached over SSH and really serves. */
describe("machines of a PxeServer over SSH", function () {
  this.timeout(180_000);
  let test: TestStack;
  let lab: LabOverSsh;
  let site: string;
  let stream: Awaited<ReturnType<typeof tinyStream>>;

  before(async () => {
    test = await testStack("sshmachine");
    lab = await startLabOverSsh();
    site = join(lab.directory, "server");
    stream = await tinyStream(join(test.directory, "published"), "43.1", await testKey());
  });
  after(async () => {
    await test.remove();
    await lab.stop();
  });

  const declare =
    (changes: { connection?: object; motd?: string } = {}): PulumiFn =>
    async () => {
      const server = new pxe.PxeServer("server", {
        connection: { ...lab.sshd.connection, ...changes.connection },
        directory: site,
        network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const },
      });
      const release = new pxe.FcosRelease("release", { server, ...stream.args });
      const { motd = "hello" } = changes;
      const ignition = new pxe.IgnitionConfig("compute", { server, files: [{ path: "/etc/motd", contents: motd }] });
      for (const [index, mac] of macs.entries())
        new pxe.Machine(`node${index}`, { server, match: { mac }, hostname: `node${index}`, release, ignition });
      return {};
    };
  const fetched = (url: string) => mustRun(lab.host, ["curl", "--silent", "--fail", url]);
  const bootConfig = (mac: string) => join(site, "tftp", "pxelinux.cfg", `01-${mac.replaceAll(":", "-")}`);
  /** Every file that is served or decides how, with its text. */
  const everything = () =>
    ["http", "tftp", "dhcp-hosts", "etc", "releases"].flatMap((part) =>
      readdirSync(join(site, part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => `${path} ${(statSync(path).mode & 0o777).toString(8)}\n${readFileSync(path, "latin1")}`)
        .sort(),
    );
  /** What the next `up` would do to which resource. */
  const changes = async () => {
    const steps = (await announced(test.stack)).filter(({ op }) => op !== "same");
    return Object.fromEntries(steps.map(({ name, op }) => [name, op]));
  };
  /** Lets `spoil` happen on the server; a refresh has to find it, and one `up` to undo it, to the last byte. */
  const repairs = async (spoil: () => unknown, steps: Record<string, string>) => {
    test.program = declare();
    const before = everything();
    await spoil();
    await test.stack.refresh();
    assert.deepEqual(await changes(), steps);
    await test.stack.up();
    assert.deepEqual(everything(), before);
    assert.deepEqual(await changes(), {});
  };

  it("boot what was published over one connection", async () => {
    test.program = declare();
    await test.stack.up();
    assert.equal(lab.sshd.log().match(/Accepted publickey/g)?.length, 1);
    for (const mac of macs) {
      const urls = readFileSync(bootConfig(mac), "utf8").match(/http:\/\/10\.44\.0\.1\/(store|ignition)\/\S+/g) ?? [];
      assert.equal(urls.length, 4);
      for (const url of urls) assert.ok((await fetched(url)).length > 0, url);
    }
    const kernel = await fetched(`http://10.44.0.1/store/sha256/${stream.pxe.kernel.sha256}`);
    assert.equal(kernel, "kernel of 43.1\n");
    const viaTftp = "tftp://10.44.0.1/pxelinux.cfg/01-52-54-00-44-00-01";
    assert.equal(await fetched(viaTftp), readFileSync(bootConfig(macs[0]!), "utf8"));
  });

  it("have nothing to do after a refresh of a server as it should be", async () => {
    await test.stack.refresh({ expectNoChanges: true });
    await test.stack.preview({ expectNoChanges: true });
  });

  it("get deleted files back: a boot config, Ignition configs, a rootfs", async () => {
    const ignition = join(site, "http", "ignition");
    await repairs(
      () => {
        rmSync(bootConfig(macs[0]!));
        for (const name of readdirSync(ignition)) rmSync(join(ignition, name));
        rmSync(join(site, "http", "store", "sha256", stream.pxe.rootfs.sha256));
      },
      { release: "update", compute: "create", node0: "update", node1: "update" },
    );
  });

  it("get altered files put right, and a service back that was stopped", async () => {
    await repairs(
      async () => {
        writeFileSync(join(site, "dhcp-hosts", "52-54-00-44-00-02"), "52:54:00:44:00:02,evil\n");
        appendFileSync(join(site, "etc", "dnsmasq.conf"), "# more\n");
        await mustRun(lab.host, ["sh", "-c", `kill $(cat ${site}/run/nginx.pid) && sleep 0.5`]);
      },
      { server: "update", node1: "update" },
    );
    assert.equal((await fetched(`http://10.44.0.1/store/sha256/${stream.pxe.kernel.sha256}`)).slice(0, 6), "kernel");
  });

  it("are finished by a second `up` where the first one could not reach the server", async () => {
    const { port } = lab.sshd.connection;
    test.program = declare({ motd: "changed", connection: { port: 1 } });
    await assert.rejects(test.stack.up(), /cannot reach \S+127\.0\.0\.1:1[\s\S]*nothing listens there/);
    test.program = declare({ motd: "changed", connection: { port } });
    await test.stack.up();
    const configs = readdirSync(join(site, "http", "ignition"));
    assert.equal(configs.length, 3, "the shared one and one a machine");
    assert.deepEqual(await changes(), {});
  });

  it("take nothing but their own away when they are destroyed", async () => {
    writeFileSync(join(site, "notes.txt"), "mine");
    await test.stack.destroy();
    assert.deepEqual(readdirSync(site), ["notes.txt"]);
    assert.doesNotMatch((await lab.host.run(["ps", "ax"])).stdout, /nginx|dnsmasq/);
    assert.equal(existsSync(join(lab.directory, "namespace.json")), true);
  });
});
