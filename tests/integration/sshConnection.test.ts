import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Connection } from "../../provider/hosts/connection";
import { sshHost } from "../../provider/hosts/ssh";
import { freePort, makeKey, type Sshd, startSshd } from "../support/sshd";

const connectionsIn = (log: string) => log.match(/Accepted publickey/g)?.length ?? 0;

describe("an SSH connection", function () {
  this.timeout(30_000);
  let sshd: Sshd;
  let directory: string;
  beforeEach(async () => {
    sshd = await startSshd();
    directory = mkdtempSync(join(tmpdir(), "keys-"));
  });
  afterEach(async () => {
    await sshd.stop();
    rmSync(directory, { recursive: true });
  });
  const says = (connection: Connection) =>
    sshHost(connection)
      .run(["true"])
      .then(
        () => assert.fail("it connected"),
        (error: Error) => error.message,
      );

  it("is one for a hundred commands at once", async () => {
    const host = sshHost(sshd.connection);
    const results = await Promise.all(Array.from({ length: 100 }, (_, index) => host.run(["echo", String(index)])));
    assert.deepEqual(
      results.map(({ stdout }) => Number(stdout)),
      Array.from({ length: 100 }, (_, index) => index),
    );
    assert.equal(connectionsIn(sshd.log()), 1);
  });

  it("makes do with fewer sessions than usual", async () => {
    const small = await startSshd(["MaxSessions 2"]);
    try {
      const host = sshHost(small.connection);
      const results = await Promise.all(Array.from({ length: 20 }, () => host.run(["sleep", "0.05"])));
      assert.ok(results.every(({ code }) => code === 0));
      assert.equal(connectionsIn(small.log()), 1);
    } finally {
      await small.stop();
    }
  });

  it("is made anew after it was lost, and says so of the command that it took along", async () => {
    const host = sshHost(sshd.connection);
    // timeout(1), in which the command runs, is a child of the connection's own sshd
    const suicide = host.run(["sh", "-c", "kill -9 $(ps -o ppid= -p $PPID)"]);
    await assert.rejects(suicide, /the connection was lost while a command ran/);
    assert.equal((await host.run(["true"])).code, 0);
    assert.equal(connectionsIn(sshd.log()), 2);
  });

  it("does not keep a program from ending", async () => {
    const program = `const { sshHost } = require(${JSON.stringify(require.resolve("../../provider/hosts/ssh"))});
      sshHost(${JSON.stringify(sshd.connection)}).run(["echo", "done"]).then(({ stdout }) => console.log(stdout));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout: 10_000 });
    assert.equal(stdout.trim(), "done");
  });

  it("is refused to a host that shows another key, with both fingerprints", async () => {
    const other = makeKey(join(directory, "other"));
    const of = (key: string) =>
      execFileSync("ssh-keygen", ["-lf", "-"], { input: key }).toString().split(" ")[1] as string;
    const message = await says({ ...sshd.connection, hostKey: other.publicKey });
    assert.ok(message.includes(`expected the host key ssh-ed25519 ${of(other.publicKey)}`), message);
    assert.ok(message.includes(`got ssh-ed25519 ${of(sshd.connection.hostKey)}`), message);
    assert.equal(connectionsIn(sshd.log()), 0, "nothing was offered to it");
  });

  it("is refused to an unknown host, with the line to write", async () => {
    const message = await says({ ...sshd.connection, hostKey: undefined });
    assert.ok(message.includes(`hostKey: "${sshd.connection.hostKey.trim()}"`), message);
  });

  it("knows a host by the pinned one of its keys", async () => {
    const rsa = makeKey(join(directory, "rsa"), "", "rsa");
    const both = await startSshd([`HostKey ${directory}/rsa`]);
    try {
      const pinned = { ...both.connection, hostKey: `${rsa.publicKey} root@somewhere` };
      assert.equal((await sshHost(pinned).run(["true"])).code, 0);
    } finally {
      await both.stop();
    }
  });

  it("names the line that the server lacks when it does not take the key", async () => {
    const other = makeKey(join(directory, "other"));
    const message = await says({ ...sshd.connection, privateKey: other.privateKey });
    assert.ok(message.includes(`add to its authorized_keys the line ${other.publicKey}`), message);
    assert.doesNotMatch(message, /BEGIN/);
  });

  it("takes a key from a file, with its passphrase, and says when that is wrong", async () => {
    const file = join(sshd.directory, "user");
    execFileSync("ssh-keygen", ["-q", "-p", "-N", "open sesame", "-f", file]);
    const { privateKey, ...rest } = sshd.connection;
    const connection = { ...rest, privateKeyFile: file };
    assert.equal((await sshHost({ ...connection, passphrase: "open sesame" }).run(["true"])).code, 0);
    assert.match(
      await says({ ...connection, passphrase: "wrong" }),
      /privateKeyFile \S+ of \S+ is not a usable private/,
    );
    assert.match(await says({ ...connection, privateKeyFile: `${file}-none` }), /cannot read the key .* ENOENT/);
  });

  it("takes its keys from an agent", async () => {
    const socket = join(directory, "agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      await new Promise((resolve) => agent.stdout.once("data", resolve));
      execFileSync("ssh-add", ["-q", join(sshd.directory, "user")], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
      const { privateKey, ...rest } = sshd.connection;
      assert.equal((await sshHost({ ...rest, agent: socket }).run(["true"])).code, 0);
      assert.match(await says({ ...rest, agent: `${socket}-none` }), /SSH agent at \S+ cannot be used/);
    } finally {
      agent.kill();
    }
  });

  it("leads through a jump host, whose key is pinned too", async () => {
    const bastion = await startSshd();
    try {
      const host = sshHost({ ...sshd.connection, jump: bastion.connection });
      assert.equal((await host.run(["true"])).code, 0);
      assert.match(host.name, / through \S+@127\.0\.0\.1:\d+$/);
      assert.equal(connectionsIn(bastion.log()), 1);
      assert.equal(connectionsIn(sshd.log()), 1);
      const stranger = { ...bastion.connection, hostKey: sshd.connection.hostKey };
      assert.match(await says({ ...sshd.connection, jump: stranger }), /is not the host that was declared/);
      const port = await freePort();
      assert.match(
        await says({ ...sshd.connection, port, jump: bastion.connection }),
        /does not lead to 127\.0\.0\.1:/,
      );
    } finally {
      await bastion.stop();
    }
  });

  it("says that nothing listens", async () => {
    const port = await freePort();
    const message = await says({ ...sshd.connection, port });
    assert.match(message, /^cannot reach \S+@127\.0\.0\.1:\d+: .*ECONNREFUSED.*is sshd running/);
  });

  it("says that what listens does not talk SSH", async () => {
    const server: Server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as { port: number };
      assert.match(await says({ ...sshd.connection, port }), /^cannot reach \S+: /);
    } finally {
      server.close();
    }
  });

  it("runs commands by sudo, and says what is missing where sudo asks for a password", async () => {
    const fake = async (script: string) => {
      const other = await startSshd([], { environment: `PATH=${directory}:/usr/bin:/bin` });
      execFileSync("sh", ["-c", 'cat > "$1/sudo" && chmod 755 "$1/sudo"', "sh", directory], { input: script });
      return other;
    };
    // sudo's own messages and arguments, without its set-uid bit: this machine may have no sudo
    const willing = await fake('#!/bin/sh\n[ "$1 $2" = "-n --" ] || exit 9\nshift 2\nexec "$@"\n');
    try {
      assert.equal((await sshHost({ ...willing.connection, sudo: true }).run(["true"])).code, 0);
    } finally {
      await willing.stop();
    }
    const asking = await fake("#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n");
    try {
      const message = await says({ ...asking.connection, sudo: true });
      assert.match(message, /sudo does not let \S+ run commands: sudo: a password is required.*NOPASSWD/);
    } finally {
      await asking.stop();
    }
  });

  it("refuses a login shell that prints, because that would end in what is read", async () => {
    const noisy = await startSshd(['ForceCommand echo Welcome; eval "$SSH_ORIGINAL_COMMAND"']);
    try {
      assert.match(await says(noisy.connection), /the login shell of \S+ prints "Welcome\\n"/);
    } finally {
      await noisy.stop();
    }
  });
});
