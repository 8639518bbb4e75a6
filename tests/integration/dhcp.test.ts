import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { type Site, sitePaths } from "../../provider/hosts/site";
import { labHost } from "../../provider/lab/namespace";
import { packageRoot } from "../../provider/packageRoot";
import * as bootServices from "../../provider/resources/bootServices";
import * as labResource from "../../provider/resources/lab";
import { rereadHosts } from "../../provider/services/rereadHosts";
import { foreignDhcp, foreignHost, inForeign } from "../support/foreignDhcp";

/** The guard's own question, asked by one machine and answered with what it was offered. */
const discover = readFileSync(join(packageRoot, "provider/services/assets/dhcp-servers.py"), "utf8")
  .replace(/mac = .*/, 'mac = bytes.fromhex(sys.argv[3].replace(":", ""))')
  .replace("found.add(socket.inet_ntoa(server))", "found.add(socket.inet_ntoa(reply[16:20]))");

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
    await rm(directory, { recursive: true, force: true });
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

  it("hands out addresses where nobody else does", async () => {
    const { outs } = await serve({ dhcp: "server" });
    assert.deepEqual((await bootServices.read("server", outs as never)).props?.state, {
      dnsmasq: "running",
      nginx: "running",
    });
  });

  it("does not start beside another server that hands out addresses, unless it is told to or is a proxy", async () => {
    made.push(await foreignDhcp(lab.directory));
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

  for (const [what, tag] of [
    ["a machine", ""],
    ["a machine with a boot loader of its own", "set:ipxe,"],
  ] as const)
    it(`forgets ${what} whose file is gone, which dnsmasq by itself does not`, async () => {
      const { site } = await serve({ dhcp: "server" });
      made.push(await foreignHost(lab.directory));
      const { dhcpHosts } = sitePaths(site);
      const file = `${dhcpHosts}/52-54-00-44-00-01`;
      const line = `52:54:00:44:00:01,${tag}10.44.0.11\n`;
      const settle = () => new Promise((resolve) => setTimeout(resolve, 500));
      const offered = () =>
        mustRun(host, [...inForeign, "python3", "-", "f1", "7", "52:54:00:44:00:01"], { stdin: discover });
      await host.writeFile(file, line);
      await settle();
      assert.match(await offered(), /^10\.44\.0\.11$/m);
      await host.remove(file);
      await settle();
      assert.match(await offered(), /^10\.44\.0\.11$/m);
      await rereadHosts(host, site, line);
      await settle();
      assert.doesNotMatch(await offered(), /^10\.44\.0\.11$/m);
      assert.match(await offered(), /^10\.44\.0\.(1[3-9]|2)\d/m);
    });
});
