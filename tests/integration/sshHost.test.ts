import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, mustRun } from "../../provider/hosts/host";
import { localHost } from "../../provider/hosts/local";
import { isRunning, start, stop } from "../../provider/hosts/processes";
import { sshHost } from "../../provider/hosts/ssh";
import { closeNamespace, labHost, openNamespace } from "../../provider/lab/namespace";
import { type Sshd, startSshd } from "../support/sshd";

let sshd: Sshd;
let lab: string;

before(async () => {
  sshd = await startSshd();
  lab = mkdtempSync(join(tmpdir(), "lab-"));
  await openNamespace(lab);
});
after(async () => {
  await sshd.stop();
  await closeNamespace(lab);
  rmSync(lab, { recursive: true });
});

/** What every transport must do alike; all of them see this machine's files here. */
const transports: [string, () => Host][] = [
  ["this machine", () => localHost()],
  ["a lab's namespace", () => labHost(lab)],
  ["a host over SSH", () => sshHost(sshd.connection)],
];

for (const [what, hostOf] of transports)
  describe(`Host: ${what}`, function () {
    this.timeout(20_000);
    let directory: string;
    let host: Host;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "host-"));
      host = hostOf();
    });
    afterEach(() => rmSync(directory, { recursive: true }));
    const at = (name: string) => join(directory, name);

    it("hands every argument on as it is", async () => {
      const words = [
        "",
        " ",
        "'",
        '"',
        "$HOME",
        "`id`",
        "a\nb",
        "\\",
        "*",
        "--",
        "ü€",
        "-n",
        "!!",
        "a'b'c",
        ";",
        "\t#",
      ];
      const { stdout } = await host.run(["printf", "%s\\0", ...words]);
      assert.deepEqual(stdout.split("\0").slice(0, -1), words);
    });

    it("tells what a command printed, where, and how it ended", async () => {
      const result = await host.run(["sh", "-c", "cat; echo err >&2; exit 3"], { stdin: "in" });
      assert.deepEqual(result, { code: 3, stdout: "in", stderr: "err\n" });
    });

    it("takes 127 from a command for a result, and rejects a command that is not there", async () => {
      assert.equal((await host.run(["sh", "-c", "exit 127"])).code, 127);
      await assert.rejects(host.run(["no-such-program-here"]), /cannot run no-such-program-here/);
    });

    it("finds the daemons, which an ordinary user's PATH lacks", async () => {
      assert.match(await mustRun(host, ["sh", "-c", 'echo "$PATH"']), /\/usr\/sbin/);
    });

    it("ends a command at its deadline", async () => {
      await assert.rejects(host.run(["sleep", "30"], { timeoutMs: 200 }), /did not end within 0.2 s/);
    });

    it("writes bytes and reads them back", async () => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
      await host.writeFile(at("a/b c/it's"), bytes);
      assert.deepEqual(readFileSync(at("a/b c/it's")), bytes);
      assert.deepEqual(await host.readFile(at("a/b c/it's")), bytes);
      assert.equal(await host.size(at("a/b c/it's")), bytes.length);
      assert.deepEqual(await host.readFrom(at("a/b c/it's"), 299_990), bytes.subarray(299_990));
      assert.deepEqual(await host.readFrom(at("a/b c/it's"), 100_000, 17), bytes.subarray(100_000, 100_017));
      await host.sendFile(at("a/b c/it's"), at("sent/as it is"), 0o600);
      assert.deepEqual(await host.readFile(at("sent/as it is")), bytes);
      assert.equal((await host.readFrom(at("a/b c/it's"), 400_000)).length, 0);
    });

    it("writes an empty file, and gives files the mode that is asked for", async () => {
      await host.writeFile(at("empty"), "", 0o600);
      assert.equal(statSync(at("empty")).mode & 0o777, 0o600);
      assert.equal((await host.readFile(at("empty")))?.length, 0);
      await host.writeFile(at("empty"), "now öpen");
      assert.equal(statSync(at("empty")).mode & 0o777, 0o644);
      assert.equal(readFileSync(at("empty"), "utf8"), "now öpen");
    });

    it("replaces a file as a whole: who has it open reads the old one to its end", async () => {
      await host.writeFile(at("file"), "old");
      const before = statSync(at("file")).ino;
      await host.writeFile(at("file"), "new");
      assert.notEqual(statSync(at("file")).ino, before);
      assert.deepEqual(readdirSync(directory), ["file"]);
    });

    it("leaves nothing behind where it cannot write", async () => {
      writeFileSync(at("file"), "");
      await assert.rejects(host.writeFile(at("file/below"), "x"));
      await host.makeDirectory(at("directory"));
      await assert.rejects(host.writeFile(at("directory"), "x"));
      assert.deepEqual(readdirSync(directory).sort(), ["directory", "file"]);
      assert.deepEqual(readdirSync(at("directory")), []);
    });

    it("says undefined and empty of what is not there", async () => {
      writeFileSync(at("file"), "");
      for (const path of [at("none"), at("none/below"), at("file/below")]) {
        assert.equal(await host.readFile(path), undefined);
        assert.equal(await host.size(path), undefined);
        assert.equal((await host.readFrom(path, 0)).length, 0);
        assert.deepEqual(await host.list(path), []);
        await host.remove(path);
      }
    });

    it("does not take a file that cannot be read for one that is not there", async () => {
      await assert.rejects(host.readFile(directory), /directory/i);
    });

    it("lists names, sorted, whatever is in them", async () => {
      for (const name of ["b", "a", ".hidden", "with space", "with\nline", "ü"]) writeFileSync(at(name), "");
      assert.deepEqual(await host.list(directory), [".hidden", "a", "b", "with space", "with\nline", "ü"].sort());
    });

    it("makes directories with a mode, and leaves those that exist", async () => {
      await host.makeDirectory(at("one/two"), 0o700);
      assert.equal(statSync(at("one/two")).mode & 0o777, 0o700);
      chmodSync(at("one/two"), 0o755);
      await host.makeDirectory(at("one/two"), 0o700);
      assert.equal(statSync(at("one/two")).mode & 0o777, 0o755);
    });

    it("replaces a link, and removes a link without what it leads to", async () => {
      await host.writeFile(at("one/file"), "1");
      await host.writeFile(at("two/file"), "2");
      await host.link("one", at("link"));
      await host.link("two", at("link"));
      assert.equal((await host.readFile(at("link/file")))?.toString(), "2");
      await host.remove(at("link"));
      assert.equal(existsSync(at("link")), false);
      assert.equal(existsSync(at("two/file")), true);
      await host.remove(at("two"));
      assert.equal(existsSync(at("two")), false);
    });

    it("starts a daemon that goes on, knows it, and ends it", async () => {
      const daemon = { name: "sleep", directory };
      await start(host, daemon, ["sh", "-c", "pwd; echo said >&2; exec sleep 300"], at("log"));
      try {
        for (let tries = 0; tries < 100 && !(await isRunning(host, daemon)); tries++)
          await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(await isRunning(host, daemon), true);
        assert.equal((await host.readFile(at("log")))?.toString(), `${directory}\nsaid\n`);
      } finally {
        await stop(host, daemon);
      }
      assert.equal(await isRunning(host, daemon), false);
      assert.equal(await host.readFile(at("sleep.pid")), undefined);
    });
  });
