import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { Connection } from "../../provider/hosts/connection";
import { type Host, mustRun } from "../../provider/hosts/host";
import { sshHost } from "../../provider/hosts/ssh";
import { enterLab, labHost } from "../../provider/lab/namespace";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { daemons, rootWith } from "../support/rootWith";

/**
 * A machine that the lab booted becomes a PXE server with systemd, reached over SSH with sudo, and boots the next machine.
 */
describe("a PXE server that is a machine of its own", function () {
  this.timeout(1_500_000);
  const address = "10.44.0.10";
  let test: TestStack;
  let lab: string;
  let way: WayIn;
  let connection: Connection;
  let server: Host;

  const first = (publicKey: string, more?: (lab: pxe.lab.Lab, machine: pxe.Machine) => object) => async () => {
    const lab = new pxe.lab.Lab("lab");
    const server = new pxe.PxeServer("first", { network: lab.network });
    const release = new pxe.FcosRelease("first", { server, ...pxe.lab.sampleStream("stable") });
    const ignition = new pxe.IgnitionConfig("first", { server, sshAuthorizedKeys: [publicKey] });
    const vm = new pxe.lab.VirtualMachine("server", { lab, memoryMiB: 1024 });
    const machine = new pxe.Machine("server", {
      ...{ server, match: { mac: vm.mac }, address, release, ignition },
      ...{ power: vm.power, reprovision: "reboot", waitForBoot: "10m" },
    });
    return { lab: lab.directory, ...more?.(lab, machine) };
  };

  before(async () => {
    test = await testStack("servermachine");
    const key = join(test.directory, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key]);
    const publicKey = readFileSync(`${key}.pub`, "utf8").trim();
    test.program = first(publicKey);
    await test.stack.up();
    lab = (await test.stack.outputs()).lab!.value;

    way = await wayInto(lab, address);
    const shown = await mustRun(labHost(lab), ["ssh-keyscan", "-t", "ed25519", address]);
    const hostKey = shown.match(/ssh-ed25519 \S+/)![0];
    connection = { host: "127.0.0.1", port: way.port, user: "core", hostKey, privateKeyFile: key };
    server = sshHost(connection);
    await installDaemons(server, test.directory);
    // two servers that hand out addresses on one network would be one too many
    await mustRun(labHost(lab), ["sh", "-c", `kill $(cat ${lab}/server/run/dnsmasq.pid)`]);

    const links = JSON.parse(await mustRun(server, ["ip", "-json", "address"])) as {
      ifname: string;
      addr_info: { local: string }[];
    }[];
    const own = links.find(({ addr_info }) => addr_info.some(({ local }) => local === address))!;
    test.program = first(publicKey, (lab, machine) => {
      const network = {
        ...{ interface: own.ifname, subnet: "10.44.0.0/24", address },
        ...{ dhcp: "server" as const, besideOtherDhcp: true }, // there is no python3 on it that could look for another
      };
      const reached = machine.bootDigest.apply(() => connection); // as long as the machine is there
      const server = new pxe.PxeServer("second", { connection: reached, services: "systemd", network });
      const release = new pxe.FcosRelease("second", { server, ...pxe.lab.sampleStream("stable") });
      const ignition = new pxe.IgnitionConfig("second", { server, sshAuthorizedKeys: [publicKey] });
      const vm = new pxe.lab.VirtualMachine("node", { lab });
      const node = new pxe.Machine("node", {
        ...{ server, match: { mac: vm.mac }, hostname: "node", release, ignition },
        ...{ power: vm.power, reprovision: "reboot", waitForBoot: "10m" },
      });
      return { declared: node.bootDigest, booted: node.bootedDigest, nodeAddress: node.bootedAddress };
    });
    await test.stack.up();
  });
  after(async () => {
    await test.remove();
    way?.close();
  });

  it("boots another machine, which reports to it with what was declared", async () => {
    const { declared, booted, nodeAddress } = await test.stack.outputs();
    assert.equal(booted!.value, declared!.value);
    assert.match(nodeAddress!.value, /^10\.44\.0\./);
    const log = await mustRun(server, ["sh", "-c", "cat /var/lib/fcos-pxe/*/log/access.json"]);
    const fetched = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { ip: string; u: string; s: number });
    const ofNode = fetched.filter(({ ip, s }) => ip === nodeAddress!.value && s === 200);
    assert.ok(ofNode.filter(({ u }) => u.startsWith("/store/sha256/")).length >= 3, log);
    assert.ok(
      ofNode.some(({ u }) => u.startsWith("/ignition/")),
      log,
    );
  });

  it("runs hardened units on it, as a user of their own", async () => {
    const units = (await server.list("/etc/systemd/system")).filter((name) => /-(nginx|dnsmasq)\.service$/.test(name));
    assert.equal(units.length, 2);
    for (const unit of units) {
      assert.equal((await mustRun(server, ["systemctl", "is-active", unit])).trim(), "active");
      assert.equal(
        (await mustRun(server, ["systemctl", "show", "--value", "--property=User", unit])).trim(),
        "fcos-pxe",
      );
    }
  });

  it("has nothing to do the second time", async () => {
    await test.stack.preview({ expectNoChanges: true });
  });
});

/** A way to a machine of a lab, whose network is not this machine's. */
interface WayIn {
  /** The port of loopback that leads to the machine's SSH port. */
  readonly port: number;
  close(): void;
}

async function wayInto(lab: string, address: string): Promise<WayIn> {
  const pipe = "const far = net.connect(22, process.argv[1]); process.stdin.pipe(far).pipe(process.stdout)";
  const line = [...enterLab(lab), process.execPath, "-e", pipe, address];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    const child = spawn(line[0]!, line.slice(1), { stdio: ["pipe", "pipe", "ignore"] });
    open.add(socket);
    socket.pipe(child.stdin).on("error", () => undefined);
    child.stdout.pipe(socket).on("error", () => undefined);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      child.kill();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** What `prepare` would install there, had the lab a way to a package mirror. */
async function installDaemons(server: Host, directory: string): Promise<void> {
  const root = rootWith(directory, daemons);
  const pack = 'cd "$1" && find . ! -type d | tar c -z -T -';
  const programs = execFileSync("sh", ["-c", pack, "sh", root], { maxBuffer: 1 << 28 });
  await mustRun(server, ["tar", "x", "-z", "-C", "/", "--skip-old-files"], { stdin: programs });
}
