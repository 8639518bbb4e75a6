import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { sitePaths } from "../../provider/hosts/site";
import { publishConfig } from "../../provider/ignition/publish";
import { closeNamespace, labHost, openNamespace } from "../../provider/lab/namespace";
import { layNetwork } from "../../provider/lab/network";
import { packageRoot } from "../../provider/packageRoot";
import * as bootServices from "../../provider/resources/bootServices";

/** What lies beside what is served: whoever gets to see this word has got out. */
const outside = "NOT-TO-BE-SERVED";
const address = "10.44.0.1";

describe("a PxeServer's dnsmasq and nginx", function () {
  this.timeout(60_000);
  let lab: string;
  let host: Host;
  let directory: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the engine keeps between calls
  let state: any;

  before(async () => {
    lab = mkdtempSync(join(tmpdir(), "lab-"));
    await openNamespace(lab);
    host = labHost(lab);
    await layNetwork(host, address, 24);
    directory = join(lab, "server");
    const { inputs, failures } = await bootServices.check({}, argumentsWith({}));
    assert.deepEqual(failures, []);
    state = (await bootServices.create(inputs)).outs;
    const paths = sitePaths(state.site);
    writeFileSync(join(lab, "secret"), outside);
    for (const place of [paths.etc, paths.work, paths.log, paths.dhcpHosts])
      writeFileSync(join(place, "secret"), outside);
    await host.writeFile(paths.artifact("ab"), "artifact");
    await host.writeFile(paths.ignitionConfig("cd"), "ignition");
    await host.writeFile(join(paths.pxelinuxConfigs, "01-52-54-00-44-00-01"), "boot");
    symlinkSync(join(lab, "secret"), join(paths.http, "way-out"));
    symlinkSync(lab, join(paths.store, "way-out"));
  });
  after(async () => {
    await bootServices.delete("id", state);
    await closeNamespace(lab);
    rmSync(lab, { recursive: true });
  });

  const argumentsWith = (own: object) => ({
    name: "project-stack-server",
    network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const, lab },
    ...own,
  });
  const ask = (protocol: string, what: string) =>
    mustRun(host, ["python3", join(packageRoot, "tests/support/rawRequest.py"), protocol, address, what]);

  it("answer what is asked by these means", async () => {
    assert.match(await ask("http", "GET /store/sha256/ab"), /^HTTP\/1\.1 200 OK[\s\S]*artifact$/);
    assert.match(await ask("http", "GET /ignition/cd.ign"), /ignition$/);
    assert.equal(await ask("tftp", "pxelinux.cfg/01-52-54-00-44-00-01"), "DATA boot");
    assert.equal(await ask("tftp", "store/sha256/ab"), "DATA artifact");
  });

  for (const path of [
    "/../etc/secret",
    "/../../secret",
    "/%2e%2e/etc/secret",
    "/%2e%2e%2fetc%2fsecret",
    "/..%2fetc%2fsecret",
    "/%252e%252e/etc/secret",
    "/store/../../etc/secret",
    "/store/sha256/..%2f..%2f..%2fetc%2fsecret",
    "/store/..\\..\\..\\etc\\secret",
    "/ignition/..;/..;/etc/secret",
    "/ignition/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/secret",
    "/ignition/%00/../../etc/secret",
    "/booted/../../etc/secret",
    "http://server/../etc/secret",
    "../etc/secret",
    "/etc/secret",
    "/work/secret",
    "/way-out",
    "/store/sha256/way-out/secret",
  ])
    it(`give nothing away by HTTP: ${path}`, async () => {
      const answer = await ask("http", `GET ${path}`);
      assert.match(answer, /^HTTP\/1\.1 40[0-9] |^<html>\r\n<head><title>400 /);
      assert.doesNotMatch(answer, new RegExp(outside));
    });

  it("give nothing away by what a machine says of itself, and find the script of one that says the truth", async () => {
    const paths = sitePaths(state.site);
    await host.writeFile(join(paths.ipxeScripts, "serial-CZ1.ipxe"), "by serial number");
    await host.writeFile(join(paths.ipxeScripts, "uuid-4c4c4544-0051-3010-8054-c4c04f584b32.ipxe"), "by UUID");
    const script = (query: string) => ask("http", `GET /ipxe/52-54-00-44-00-02.ipxe?${query}`);
    const declared = (query: string) => ask("http", `GET /ipxe/declared/52-54-00-44-00-02.ipxe?${query}`);
    assert.match(await script("uuid=&serial=CZ1"), /by serial number$/);
    assert.match(await script("uuid=4c4c4544-0051-3010-8054-c4c04f584b32&serial=CZ1"), /by UUID$/);
    assert.match(await declared("uuid=&serial=CZ1"), /by serial number$/);
    assert.match(await declared("uuid=&serial=CZ2"), /^HTTP\/1\.1 404 /);
    mkdirSync(join(paths.ipxeScripts, "serial-x"));
    for (const said of [
      "x/../../../etc/secret",
      "x%2f..%2f..%2f..%2fetc%2fsecret",
      "x/../../../etc/secret%00",
      "CZ1%2e%2e",
    ])
      for (const answer of [await script(`uuid=${said}&serial=${said}`), await declared(`uuid=&serial=${said}`)]) {
        assert.doesNotMatch(answer, new RegExp(outside), said);
        assert.match(answer, /^HTTP\/1\.1 404 |^HTTP\/1\.1 200 OK[\s\S]*\nexit\n$/, said);
      }
  });

  for (const path of [
    "../etc/secret",
    "../../secret",
    "/../etc/secret",
    "store/../../etc/secret",
    "store/../ignition/cd.ign",
    "pxelinux.cfg/../../etc/secret",
    "./../etc/secret",
    "..\\etc\\secret",
    "..%2fetc%2fsecret",
    "/etc/passwd",
    "//etc/passwd",
    "dhcp-hosts/secret",
  ])
    it(`give nothing away by TFTP: ${path}`, async () => {
      assert.match(await ask("tftp", path), /^ERROR /);
    });

  it("give nothing away by TFTP for a path that is absolute on the host", async () => {
    for (const path of [join(directory, "etc", "secret"), join(directory, "http/ignition/cd.ign"), join(lab, "secret")])
      assert.match(await ask("tftp", path), /^ERROR /);
  });

  it("list no directory", async () => {
    for (const path of ["/", "/store/", "/store", "/store/sha256/", "/ignition/", "/store/sha256"]) {
      const answer = await ask("http", `GET ${path}`);
      assert.match(answer, /^HTTP\/1\.1 (301|403|404) /, path);
      assert.doesNotMatch(answer, /sha256\/ab|cd\.ign|href/, path);
    }
    for (const path of ["", ".", "pxelinux.cfg", "pxelinux.cfg/", "store/sha256/"])
      assert.match(await ask("tftp", path), /^ERROR /, path);
  });

  it("take nothing in", async () => {
    for (const method of ["PUT", "DELETE", "POST", "MKCOL", "MOVE", "TRACE", "PROPFIND"])
      assert.match(await ask("http", `${method} /store/sha256/ab`), /^HTTP\/1\.1 405 /, method);
    assert.match(await ask("http", "PUT /booted/x"), /^HTTP\/1\.1 405 /);
    assert.doesNotMatch(await ask("tftp-write", "new"), /^ACK /);
    assert.match(await ask("http", "GET /store/sha256/ab"), /artifact$/);
  });

  it("log one line a request, whatever is in it", async () => {
    const before = (await host.readFile(`${directory}/log/booted.json`))?.toString().trim().split("\n").length ?? 0;
    await ask("http", 'POST /booted/%0a{"m":"POST"}"\\x');
    const lines = (await host.readFile(`${directory}/log/booted.json`))!.toString().trim().split("\n");
    assert.equal(lines.length, before + 1);
    assert.equal(JSON.parse(lines.at(-1)!).u, '/booted/%0a{"m":"POST"}"\\x');
  });

  it("are given their files where no other user of the host reads them", async () => {
    assert.equal(statSync(directory).mode & 0o007, 0);
    const digest = "ef";
    await publishConfig(
      host,
      state.site,
      { digest, delivery: "http", stored: [], isSecret: true },
      { body: "secret", stored: {} },
    );
    assert.equal(statSync(sitePaths(state.site).ignitionConfig(digest)).mode & 0o777, 0o640);
    assert.match(await ask("http", `GET /ignition/${digest}.ign`), /secret$/);
    if (process.getuid?.() !== 0) return; // who is somebody else only root can become
    const other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cat"];
    const read = await host.run([...other, sitePaths(state.site).ignitionConfig("cd")]);
    assert.match(read.stderr, /Permission denied/);
  });

  for (const [what, own] of [
    ["directory", { directory: '/srv/a";\n}' }],
    ["directory", { directory: "/srv/a b" }],
    ["directory", { directory: "/srv/../etc" }],
    ["directory", { directory: "/srv/$HOME" }],
    ["directory", { directory: "/srv/a,b" }],
    ["directory", { directory: "/srv/%n" }],
    ["directory", { directory: "srv" }],
    ["url", { url: "http://10.44.0.1/a;b" }],
    ["url", { url: "http://10.44.0.1/$" + "{net0/mac}" }],
    ["url", { url: "http://10.44.0.1/a b" }],
    ["url", { url: "http://10.44.0.1/a\nAPPEND" }],
    ["url", { url: "http://10.44.0.1/a\\" }],
    ["url", { url: "http://10.44.0.1/a,b" }],
    ["url", { url: "http://10.44.0.1/`id`" }],
    ["url", { url: "http://10.44.0.1/{a}" }],
    ["url", { url: "http://10.44.0.1/a#b" }],
    ["url", { url: "http://user@10.44.0.1" }],
    ["url", { url: "http://10.44.0.1/" }],
    [
      "network.interface",
      { network: { interface: "br0\ndhcp-script=/bin/sh", subnet: "10.44.0.0/24", dhcp: "server" as const } },
    ],
    ["network.interface", { network: { interface: "br0,br1", subnet: "10.44.0.0/24", dhcp: "server" as const } }],
    ["network.interface", { network: { interface: "*", subnet: "10.44.0.0/24", dhcp: "server" as const } }],
    ["network.interface", { network: { interface: "", subnet: "10.44.0.0/24", dhcp: "server" as const } }],
    ["network.subnet", { network: { interface: "br0", subnet: "10.44.0.0/24\nx" } }],
    ["network.address", { network: { interface: "br0", subnet: "10.44.0.0/24", address: "10.44.0.1\nx" } }],
    ["directory", { network: { interface: "br0", subnet: "10.44.0.0/24", lab: '/srv/a";' } }],
    ["name", { name: "a/b" }],
    ["connection.host", { connection: { host: "-oProxyCommand=id", user: "core" } }],
    ["connection.user", { connection: { host: "10.0.0.2", user: "core; id" } }],
  ] as const)
    it(`are not made with the ${what} in ${JSON.stringify(own)}`, async () => {
      const { failures } = await bootServices.check({}, { ...argumentsWith({}), ...(own as object) } as never);
      const failure = failures?.find(({ reason }) => reason.startsWith(`${what} `));
      assert.ok(failure, JSON.stringify(failures));
    });

  it("are not made where the home directory has a name that no configuration can carry", async () => {
    const home = join(lab, 'ho"me');
    mkdirSync(home);
    const before = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = home;
    try {
      const network = { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const };
      const { failures } = await bootServices.check({}, { name: "server", network });
      assert.match(failures?.[0]?.reason ?? "", /^directory must be an absolute path/);
    } finally {
      if (before === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = before;
    }
  });
});
