import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { localHost } from "../../provider/hosts/local";
import { enterLab } from "../../provider/lab/namespace";
import { packageRoot } from "../../provider/packageRoot";
import * as bootServices from "../../provider/resources/bootServices";
import { confinementFlags } from "../../provider/services/dockerContainers";
import { serviceNames } from "../../provider/services/services";
import * as pxe from "../../sdk";
import { type DockerHost, startDockerHost } from "../support/dockerHost";
import { testStack } from "../support/engine";
import { type Sshd, startSshd } from "../support/sshd";

/**
 * The plugin of @pulumi/docker stands outside: what it would be told to make, a real dockerd is told here by `docker run`.
 */
describe("a PxeServer in containers", function () {
  this.timeout(120_000);
  let docker: DockerHost | undefined;
  let sshd: Sshd;
  let host: Host;
  // biome-ignore lint/suspicious/noExplicitAny: what the engine keeps between calls
  let state: any;

  before(async function () {
    docker = await startDockerHost();
    if (!docker) return this.skip();
    host = docker.host;
    const enter = enterLab(docker.directory).join(" ");
    sshd = await startSshd([`ForceCommand ${enter} sh -c "$SSH_ORIGINAL_COMMAND"`]);
  });
  after(async () => {
    await sshd?.stop();
    await docker?.stop();
  });

  const inputsFor = async (image: string) => {
    const { privateKey, ...connection } = { ...sshd.connection, privateKeyFile: join(sshd.directory, "user") };
    const { inputs, failures } = await bootServices.check(
      {},
      {
        name: "project-stack-server",
        services: "docker",
        containers: { image },
        connection,
        directory: join(docker!.directory, "server"),
        network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const },
      },
    );
    assert.deepEqual(failures, []);
    return inputs;
  };
  const statesNow = async () => (await bootServices.read("id", state)).props.state;
  const configured = (name: "nginx" | "dnsmasq", from: string, to: string) => ({
    ...state,
    configs: { ...state.configs, [name]: state.configs[name].replace(from, to) },
  });
  const ask = (protocol: string, what: string) =>
    mustRun(host, ["python3", join(packageRoot, "tests/support/rawRequest.py"), protocol, "10.44.0.1", what]);
  const startedAt = (name: string) =>
    mustRun(host, ["docker", "inspect", "--format={{.State.StartedAt}}", state.containers[name].name]);

  it("says which image the host lacks, and why it could not get it", async () => {
    const inputs = await inputsFor("registry.invalid/pxe:1");
    await assert.rejects(
      bootServices.create(inputs),
      /has no image registry\.invalid\/pxe:1 and can't pull it: .*registry\.invalid[\s\S]*docker load/,
    );
  });

  it("prepares files from the image, which the host itself need not have, and judges the configurations with it", async () => {
    state = (await bootServices.create(await inputsFor(docker!.image))).outs;
    assert.ok(((await host.size(`${state.site.directory}/tftp/lpxelinux.0`)) ?? 0) > 10_000);
    assert.deepEqual(await statesNow(), { dnsmasq: "stopped", nginx: "stopped" }, "they are the plugin's to make");
  });

  it("serves by the containers that are declared, with no more rights than its ports take", async () => {
    for (const name of serviceNames) {
      const spec = state.containers[name];
      const flags = [...confinementFlags(spec), `--name=${spec.name}`, `--restart=${spec.restart}`];
      await mustRun(host, ["docker", "run", "--detach", ...flags, spec.image, ...spec.command]);
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
    await host.writeFile(`${state.site.directory}/http/ignition/secret.ign`, "secret", 0o640);
    assert.match(await ask("http", "GET /ignition/secret.ign"), /^HTTP\/1\.1 200 OK[\s\S]*secret$/);
    await host.writeFile(`${state.site.directory}/tftp/pxelinux.cfg/01-52-54-00-44-00-01`, "boot");
    assert.equal(await ask("tftp", "pxelinux.cfg/01-52-54-00-44-00-01"), "DATA boot");
    assert.match(await ask("http", "POST /booted/x"), /^HTTP\/1\.1 204 /);
    const pid = await mustRun(host, ["docker", "inspect", "--format={{.State.Pid}}", state.containers.nginx.name]);
    const rights = await mustRun(host, ["grep", "CapEff", `/proc/${pid.trim()}/status`]);
    assert.equal(Number.parseInt(rights.split(":")[1]!, 16), 2 ** 10, "CAP_NET_BIND_SERVICE alone");
    const refused = await host.run([
      ...["docker", "exec", state.containers.nginx.name, "sh", "-c"],
      `echo x > ${state.site.directory}/http/x`,
    ]);
    assert.match(refused.stderr, /Read-only file system/);
  });

  it("gives addresses", async () => {
    for (const line of [
      "netns add machine",
      "link add cable0 type veth peer name machine0 netns machine",
      "link set cable0 master br0 up",
      "-n machine link set machine0 up",
    ])
      await mustRun(host, ["ip", ...line.split(" ")]);
    const inMachine = ["ip", "netns", "exec", "machine", "python3"];
    const ask = [
      ...inMachine,
      join(packageRoot, "tests/support/rawRequest.py"),
      "dhcp",
      "machine0",
      "52:54:00:44:00:01",
    ];
    assert.match(await mustRun(host, ask), /^offers 10\.44\.0\.\d+ lpxelinux\.0$/);
  });

  it("lets nginx take up a new configuration without ending what it sends, and dnsmasq by a restart", async () => {
    const before = { nginx: await startedAt("nginx"), dnsmasq: await startedAt("dnsmasq") };
    for (const [name, from, to] of [
      ["nginx", "server_tokens off", "server_tokens on"],
      ["dnsmasq", "no-ping", "# no-ping"],
    ] as const) {
      const news = configured(name, from, to);
      await bootServices.update("id", state, news);
      state = news;
    }
    assert.equal(await startedAt("nginx"), before.nginx);
    assert.notEqual(await startedAt("dnsmasq"), before.dnsmasq);
    assert.match(await ask("http", "GET /"), /Server: nginx\/\d/);
  });

  it("keeps the working configuration when the image's own daemon finds the new one bad", async () => {
    const bad = configured("nginx", "server_tokens", "bogus");
    await assert.rejects(bootServices.update("id", state, bad), /unknown directive "bogus"/);
    assert.match(await ask("http", "GET /"), /Server: nginx\/\d/);
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

  it("finds a stopped container, and starts it", async () => {
    await mustRun(host, ["docker", "stop", "--time=3", state.containers.nginx.name]);
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "stopped" });
    await bootServices.update("id", { ...state, state: await statesNow() }, state);
    assert.deepEqual(await statesNow(), { dnsmasq: "running", nginx: "running" });
  });

  it("leaves no files behind; the containers are the plugin's to remove", async () => {
    for (const name of serviceNames) await mustRun(host, ["docker", "rm", "--force", state.containers[name].name]);
    await bootServices.delete("id", state);
    assert.deepEqual(await host.list(state.site.directory), []);
  });

  it("lets the plugin's ssh talk to the pinned host alone, with the connection's key", async () => {
    const { host: url, sshOpts } = (await inputsFor(docker!.image)).docker;
    assert.equal(url, `ssh://${sshd.connection.user}@127.0.0.1:${sshd.connection.port}`);
    const login = ["-p", String(sshd.connection.port), `${sshd.connection.user}@127.0.0.1`, "docker", "version"];
    const here = localHost();
    assert.match(await mustRun(here, ["ssh", ...sshOpts, ...login]), /Server:/);
    const other = sshOpts.map((option: string) => option.replace(/(KnownHostsCommand=.{40})./, "$1x"));
    assert.match((await here.run(["ssh", ...other, ...login])).stderr, /Host key verification failed/);
  });

  it("is made and removed by the plugin, where that is there", async function () {
    if (spawnSync("which", ["pulumi-resource-docker"]).status !== 0) return this.skip();
    const test = await testStack("docker");
    const { privateKey, ...connection } = { ...sshd.connection, privateKeyFile: join(sshd.directory, "user") };
    const directory = join(docker!.directory, "server");
    const containers = { image: docker!.image };
    const network = { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const };
    test.program = async () => {
      new pxe.PxeServer("server", { connection, directory, containers, network, services: "docker" });
    };
    try {
      await test.stack.up();
      assert.match(await ask("http", "POST /booted/x"), /^HTTP\/1\.1 204 /);
      await test.stack.refresh({ expectNoChanges: true });
    } finally {
      await test.remove();
    }
    assert.equal(await mustRun(host, ["docker", "ps", "--all", "--quiet"]), "");
  });
});
