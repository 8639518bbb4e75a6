import assert from "node:assert/strict";
import { type Host, mustRun } from "../../provider/hosts/host";
import { sshHost } from "../../provider/hosts/ssh";
import * as bootServices from "../../provider/resources/bootServices";
import { type Sshd, startSshd } from "../support/sshd";
import { type SystemdHost, startSystemdHost } from "../support/systemdHost";

describe("a PxeServer with systemd, over SSH", function () {
  this.timeout(120_000);
  let machine: SystemdHost | undefined;
  let sshd: Sshd;
  let host: Host;
  // biome-ignore lint/suspicious/noExplicitAny: what the engine keeps between calls
  let state: any;
  const inDirectory = "/var/lib/fcos-pxe/project-stack-server";
  const units = ["nginx", "dnsmasq"].map((name) => `fcos-pxe-project-stack-server-${name}.service`);

  before(async function () {
    machine = await startSystemdHost();
    if (!machine) return this.skip();
    sshd = await startSshd([`ForceCommand ${machine.enter} sh -c "$SSH_ORIGINAL_COMMAND"`]);
    host = sshHost(sshd.connection);
    for (const line of [
      "link set lo up",
      "link add br0 type bridge",
      "address add 10.44.0.1/24 dev br0",
      "link set br0 up",
    ])
      await mustRun(host, ["ip", ...line.split(" ")]);
  });
  after(async () => {
    await sshd?.stop();
    await machine?.stop();
  });
  const inputsFor = async (network: object = {}, more: object = {}) => {
    const all = { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const, ...network };
    const args = {
      name: "project-stack-server",
      services: "systemd" as const,
      connection: sshd.connection,
      network: all,
      ...more,
    };
    const { inputs, failures } = await bootServices.check({}, args);
    assert.deepEqual(failures, []);
    return inputs;
  };
  const statesNow = async () => (await bootServices.read("id", state)).props.state;
  const configured = (name: "nginx" | "dnsmasq", from: string, to: string) => ({
    ...state,
    configs: { ...state.configs, [name]: state.configs[name].replace(from, to) },
  });

  it("says which interfaces there are where the declared one is not, and that an address is not on it", async () => {
    const create = async (network: object) => bootServices.create(await inputsFor(network));
    await assert.rejects(
      create({ interface: "eno9" }),
      /there is no interface eno9; there are .*br0 \(10\.44\.0\.1\/24\)/,
    );
    await assert.rejects(
      create({ subnet: "10.45.0.0/24" }),
      /br0 has 10\.44\.0\.1\/24, not 10\.45\.0\.1 of network\.subnet/,
    );
  });

  it("says who has taken a port", async () => {
    const pidFile = "/run/foreign.pid";
    const server = ["python3", "-m", "http.server", "--bind", "10.44.0.1", "80"];
    await host.start(server, { pidFile, logFile: "/run/foreign.log" });
    for (let tries = 0; tries < 50 && !(await mustRun(host, ["ss", "-Hltn"])).includes(":80"); tries++);
    try {
      await assert.rejects(
        inputsFor().then(bootServices.create),
        /tcp port 80 \(HTTP\) on 10\.44\.0\.1 is taken by python3 \(pid \d+\): stop it/,
      );
    } finally {
      await mustRun(host, ["sh", "-c", `kill $(cat ${pidFile})`]);
    }
    for (let tries = 0; tries < 50 && (await mustRun(host, ["ss", "-Hltn"])).includes(":80"); tries++);
  });

  it("runs as a user of its own, with no more rights than its ports take", async () => {
    state = (await bootServices.create(await inputsFor())).outs;
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
    const shown = async (unit: string, property: string) =>
      (await mustRun(host, ["systemctl", "show", "--value", `--property=${property}`, unit])).trim();
    assert.equal(await shown(units[0]!, "User"), "fcos-pxe");
    const rights = await mustRun(host, ["grep", "CapEff", `/proc/${await shown(units[0]!, "MainPID")}/status`]);
    assert.equal(Number.parseInt(rights.split(":")[1]!, 16), 2 ** 10, "CAP_NET_BIND_SERVICE alone");
    const posted = await mustRun(host, ["curl", "-s", "-w", "%{http_code}", "-X", "POST", "http://10.44.0.1/booted/x"]);
    assert.equal(posted, "204");
  });

  it("keeps what is served from other users of the host", async () => {
    await host.writeFile(`${inDirectory}/http/ignition/secret.ign`, "secret", 0o640);
    assert.equal(await mustRun(host, ["curl", "-sS", "http://10.44.0.1/ignition/secret.ign"]), "secret");
    const read = await host.run([
      "setpriv",
      "--reuid=65534",
      "--clear-groups",
      "cat",
      `${inDirectory}/http/ignition/secret.ign`,
    ]);
    assert.match(read.stderr, /Permission denied/);
  });

  it("finds a stopped service and an altered unit, and repairs both", async () => {
    await mustRun(host, ["systemctl", "stop", units[1]!]);
    assert.deepEqual(await statesNow(), { dnsmasq: "stopped", nginx: "running" });
    await host.writeFile(`/etc/systemd/system/${units[0]}`, "[Service]\nExecStart=/bin/sleep 1000\n");
    assert.equal((await statesNow()).nginx, "configuration altered");
    await bootServices.update("id", { ...state, state: await statesNow() }, state);
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
  });

  it("lets nginx take up a new configuration without ending what it sends", async () => {
    const pid = () => mustRun(host, ["systemctl", "show", "--value", "--property=MainPID", units[0]!]);
    const before = await pid();
    const news = configured("nginx", "server_tokens off", "server_tokens on");
    await bootServices.update("id", state, news);
    state = news;
    assert.equal(await pid(), before);
    assert.match(await mustRun(host, ["curl", "-sI", "http://10.44.0.1/"]), /Server: nginx\/\d/);
  });

  it("keeps the working configuration when the daemon itself finds the new one bad", async () => {
    const bad = configured("dnsmasq", "port=0", "port=0\nbogus");
    await assert.rejects(bootServices.update("id", state, bad), /dnsmasq: bad option at line/);
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
  });

  it("takes a configuration back with which a daemon does not start", async () => {
    const bad = configured("dnsmasq", "interface=br0", "interface=br7");
    await assert.rejects(
      bootServices.update("id", state, bad),
      /unknown interface br7[\s\S]*the configuration from before is back and works/,
    );
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
  });

  it("serves what only its group may read, and the same over TLS", async () => {
    const withTls = await inputsFor({}, { tls: true });
    state = (await bootServices.update("id", state, withTls)).outs;
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
    await host.writeFile("/root/ca.pem", state.authorityCertificate);
    for (const [root, scheme] of [
      ["http", "http"],
      ["https", "https"],
    ]) {
      await host.writeFile(`${inDirectory}/${root}/ignition/guarded.ign`, `over ${scheme}`, 0o640);
      const url = `${scheme}://10.44.0.1/ignition/guarded.ign`;
      assert.equal(await mustRun(host, ["curl", "-sS", "--cacert", "/root/ca.pem", url]), `over ${scheme}`);
    }
    const owners = await mustRun(host, ["sh", "-c", `stat --format='%a %U:%G' ${inDirectory}/etc/tls/*.key`]);
    assert.equal(owners.trim(), "640 root:fcos-pxe");
  });

  it("leaves neither units nor files nor the user behind", async () => {
    await bootServices.delete("id", state);
    assert.equal((await host.list("/etc/systemd/system")).filter((name) => units.includes(name)).length, 0);
    assert.deepEqual(await host.list(inDirectory), []);
    assert.equal((await host.run(["getent", "passwd", "fcos-pxe"])).code, 2);
  });
});
