import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forgetDhcpHosts } from "../../provider/boot/dhcpHosts";
import { type Host, mustRun } from "../../provider/hosts/host";
import { type Daemon, start } from "../../provider/hosts/processes";
import { type Site, sitePaths } from "../../provider/hosts/site";
import { labHost } from "../../provider/lab/namespace";
import * as bootServices from "../../provider/resources/bootServices";
import * as labResource from "../../provider/resources/lab";

type State = Parameters<typeof bootServices.create>[0];

/** dnsmasq and nginx for real, in a network namespace with nobody else in it, or with another DHCP server. */
describe("a PXE server's DHCP", function () {
  this.timeout(60_000);
  let directory: string;
  let host: Host;
  let lab: { directory: string; network: object };
  const made: (() => Promise<void>)[] = [];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "dhcp-"));
    const { inputs } = await labResource.check({}, { name: "lab", directory: join(directory, "lab") });
    await labResource.create(inputs as never);
    lab = inputs as typeof lab;
    host = labHost(lab.directory);
  });
  afterEach(async () => {
    for (const remove of made.splice(0).reverse()) await remove();
  });
  after(async () => {
    await labResource.delete(lab.directory, lab as never);
    await rm(directory, { recursive: true });
  });

  async function serve(network: object): Promise<{ site: Site; outs: State }> {
    const { inputs, failures = [] } = await bootServices.check({}, {
      name: "server",
      network: { ...lab.network, besideOtherDhcp: false, ...network },
    } as never);
    assert.deepEqual(failures, []);
    made.push(() => bootServices.delete("server", inputs as never));
    const { outs } = await bootServices.create(inputs as State);
    return { site: outs!.site, outs: outs as State };
  }

  /** Another DHCP server on the same bridge, at 10.44.0.2. */
  async function foreignServer(): Promise<void> {
    const foreign = ["ip", "netns", "exec", "foreign"];
    await mustRun(host, ["mount", "-t", "tmpfs", "none", "/run"]);
    await mustRun(host, ["ip", "netns", "add", "foreign"]);
    await mustRun(host, ["ip", "link", "add", "f0", "type", "veth", "peer", "name", "f1", "netns", "foreign"]);
    await mustRun(host, ["ip", "link", "set", "f0", "master", "br0", "up"]);
    await mustRun(host, [...foreign, "ip", "address", "add", "10.44.0.2/24", "dev", "f1"]);
    await mustRun(host, [...foreign, "ip", "link", "set", "f1", "up"]);
    const daemon: Daemon = { name: "dnsmasq", directory: join(directory, "foreign") };
    await host.makeDirectory(daemon.directory);
    const options = [
      "--conf-file=/dev/null",
      "--no-daemon",
      "--pid-file=",
      "--port=0",
      "--interface=f1",
      "--bind-interfaces",
    ];
    const dhcp = [`--dhcp-leasefile=${daemon.directory}/leases`, "--dhcp-range=10.44.0.50,10.44.0.60,1h"];
    await start(host, daemon, [...foreign, "dnsmasq", ...options, ...dhcp], join(daemon.directory, "log"));
    made.push(async () => {
      const pids = await mustRun(host, ["ip", "netns", "pids", "foreign"]);
      for (const pid of pids.split("\n").filter(Boolean)) await host.run(["kill", pid]);
      await mustRun(host, ["ip", "netns", "delete", "foreign"]);
      await mustRun(host, ["umount", "--lazy", "/run"]);
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  it("hands out addresses where nobody else does", async () => {
    const { outs } = await serve({ dhcp: "server" });
    assert.deepEqual((await bootServices.read("server", outs as never)).props?.state, {
      dnsmasq: "running",
      nginx: "running",
    });
  });

  it("does not start beside another server that hands out addresses, unless it is told to or is a proxy", async () => {
    await foreignServer();
    await assert.rejects(
      serve({ dhcp: "server" }),
      /10\.44\.0\.2 already hands out addresses on br0: set network\.dhcp to "proxy"/,
    );
    for (const network of [{ dhcp: "server", besideOtherDhcp: true }, { dhcp: "proxy" }]) await serve(network);
  });

  it('is nothing but TFTP with dhcp "none", and tells what the other server must be given', async () => {
    const { site, outs } = await serve({ dhcp: "none" });
    const listening = await mustRun(host, ["ss", "-H", "-lnu"]);
    assert.match(listening, /:69\s/);
    assert.doesNotMatch(listening, /:67\s/);
    const settings = outs.dhcpSettings!;
    const candidate = join(directory, "given.conf");
    await host.writeFile(candidate, `${settings.dnsmasq}dhcp-range=10.44.0.50,10.44.0.60\n`);
    await mustRun(host, ["dnsmasq", "--test", `--conf-file=${candidate}`]);
    assert.ok(JSON.parse(settings.kea).Dhcp4["client-classes"].length > 2);
    for (const text of Object.values(settings))
      assert.ok(text.includes(`${site.url}/ipxe/boot.ipxe`) && text.includes("10.44.0.1"));
  });

  it("forgets a machine whose file is gone, which dnsmasq by itself does not", async () => {
    const { site } = await serve({ dhcp: "server" });
    const { dhcpHosts, log } = sitePaths(site);
    const logText = () => readFileSync(`${log}/dnsmasq.log`, "utf8");
    const knows = async (address: string) => {
      // what dnsmasq reads it says: a file that it finds again after a SIGHUP is named in its log
      const before = logText().length;
      await forgetDhcpHosts(host, site);
      await new Promise((resolve) => setTimeout(resolve, 400));
      return logText().slice(before).includes(address);
    };
    await host.writeFile(`${dhcpHosts}/one`, "52:54:00:44:00:01,10.44.0.11\n");
    assert.equal(await knows("/one"), true);
    await host.remove(`${dhcpHosts}/one`);
    assert.equal(await knows("/one"), false);
  });
});
