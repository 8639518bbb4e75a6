import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { packageRoot } from "../../provider/packageRoot";
import * as bootServices from "../../provider/resources/bootServices";
import { prepareCommand } from "../../sdk/prepare";
import { type LabOverSsh, startLabOverSsh } from "../support/labOverSsh";
import { type Sshd, startSshd } from "../support/sshd";

const script = readFileSync(join(packageRoot, "provider/services/assets/prepare.sh"), "utf8");

/** What @pulumi/command's local.Command does with its arguments: a shell, the environment, the input. */
function asTheCommandDoes(how: { create: string; environment: Record<string, string> }, stdin: string) {
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = spawn("/bin/sh", ["-c", how.create], { env: { ...process.env, ...how.environment } });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    child.on("close", (code) => resolve({ code, said }));
    child.stdin.end(stdin);
  });
}

describe("the preparation of a host", function () {
  this.timeout(60_000);
  let lab: LabOverSsh;
  let jump: Sshd;
  let host: Host;

  before(async () => {
    lab = await startLabOverSsh();
    jump = await startSshd();
    host = lab.host;
  });
  after(async () => {
    await jump.stop();
    await lab.stop();
  });
  const whoAmI = 'echo "$(id -u) said by stdin"\n';
  const keyFile = (sshd: Sshd) => {
    const { privateKey, ...connection } = sshd.connection;
    return { ...connection, privateKeyFile: join(sshd.directory, "user") };
  };

  it("reaches the host with a key file, and with a key as text that no file and no message holds", async () => {
    for (const connection of [keyFile(lab.sshd), lab.sshd.connection]) {
      const how = prepareCommand(connection);
      assert.doesNotMatch(how.create, /PRIVATE KEY/);
      const { code, said } = await asTheCommandDoes(how, whoAmI);
      assert.deepEqual([code, said], [0, "0 said by stdin\n"], said); // in the lab everybody is root
    }
  });

  it("reaches it through a jump host, whose key is as text too", async () => {
    const how = prepareCommand({ ...lab.sshd.connection, jump: jump.connection });
    const before = jump.log().length;
    const { code, said } = await asTheCommandDoes(how, whoAmI);
    assert.equal(code, 0, said);
    assert.match(jump.log().slice(before), /Accepted publickey/);
  });

  it("talks to no host and no jump host that shows another key than the pinned one", async () => {
    const { hostKey: wrong } = jump.connection;
    for (const connection of [
      { ...lab.sshd.connection, hostKey: wrong },
      { ...lab.sshd.connection, jump: { ...jump.connection, hostKey: lab.sshd.connection.hostKey } },
    ]) {
      const { code, said } = await asTheCommandDoes(prepareCommand(connection), whoAmI);
      assert.equal(code, 255);
      assert.match(said, /Host key verification failed/);
    }
  });

  it("needs no connection for this machine, which has everything", async () => {
    if (process.getuid?.() !== 0) return;
    const { code, said } = await asTheCommandDoes(prepareCommand(undefined), script);
    assert.deepEqual([code, said], [0, "fcos-pxe: dnsmasq, nginx and the boot programs are installed already\n"]);
  });

  /** The script over SSH, on a machine where these lines were run first. */
  const preparedAfter = async (...lines: string[]) => {
    for (const line of lines) await mustRun(host, ["sh", "-c", line]);
    return asTheCommandDoes(prepareCommand(keyFile(lab.sshd)), script);
  };

  it("installs nothing on an image-based system", async () => {
    const { code, said } = await preparedAfter(
      "mount -t tmpfs none /usr/lib/PXELINUX",
      "mount -t tmpfs none /run && touch /run/ostree-booted",
    );
    assert.equal(code, 0, said);
    assert.match(said, /this system is an image, on which nothing is installed: use services "docker"/);
  });

  it("says what to do on a system of a family that it doesn't know", async () => {
    const { code, said } = await preparedAfter("rm /run/ostree-booted", "mount --bind /dev/null /usr/bin/apt-get");
    assert.equal(code, 1);
    assert.match(said, /neither apt-get nor dnf here: install dnsmasq, nginx and syslinux by hand/);
  });

  it("is what an error asks for where a host is only half installed, with all that it lacks", async () => {
    await mustRun(host, [
      "sh",
      "-c",
      "for program in nginx ss; do mount --bind /dev/null $(command -v $program); done",
    ]);
    const network = { interface: "br0", subnet: "10.44.0.0/24" };
    const { inputs } = await bootServices.check(
      {},
      {
        name: "server",
        connection: keyFile(lab.sshd),
        directory: join(lab.directory, "server"),
        network,
      },
    );
    await assert.rejects(
      bootServices.create(inputs),
      /^Error: \S+127\.0\.0\.1\S* has no ss, no nginx: set prepare: true, or install there iproute2 nginx-light \(Debian\)/,
    );
    assert.equal(await host.size(join(lab.directory, "server")), undefined, "nothing was begun");
  });

  it("wants to be root", async () => {
    const other = process.getuid?.() === 0 ? "setpriv --reuid=65534 --clear-groups sh -s" : "sh -s";
    const { code, said } = await asTheCommandDoes({ create: other, environment: {} }, script);
    assert.equal(code, 1);
    assert.match(said, /can only be installed by root: let the connection use sudo/);
  });
});
