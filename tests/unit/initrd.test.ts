import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpioArchive, fileIn } from "../../provider/initrd/cpio";
import { unwrapIgnition, wrapCertificateAuthority, wrapIgnition, wrapNetwork } from "../../provider/initrd/wrap";

describe("initrds", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "initrd-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** What cpio itself makes of an archive. */
  const unpack = (archive: Buffer) =>
    execFileSync("cpio", ["--extract", "--make-directories", "--quiet", "--no-absolute-filenames"], {
      cwd: directory,
      input: archive,
    });
  const listed = (archive: Buffer) =>
    execFileSync("cpio", ["--list", "--verbose", "--numeric-uid-gid", "--quiet"], {
      input: archive,
      env: { TZ: "UTC" },
    })
      .toString()
      .trim()
      .split("\n");

  it("are read by cpio, whatever the lengths of names and contents", () => {
    const files = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((length) =>
      [1, 2, 3, 4].map((name) => ({ path: `d/${"n".repeat(name)}${length}`, content: "x".repeat(length) })),
    );
    unpack(cpioArchive(files));
    for (const { path, content } of files) assert.equal(readFileSync(join(directory, path), "utf8"), content);
  });

  it("are of root, with the modes that were asked for, parents before their files", () => {
    const archive = cpioArchive([
      { path: "etc/a/b", content: "b", mode: 0o600 },
      { path: "etc/c", content: "c" },
    ]);
    const lines = listed(archive).map((line) => line.replace(/ +/g, " "));
    assert.deepEqual(
      lines.map((line) => line.replace(/ Jan 1 1970/, "")),
      ["drwxr-xr-x 2 0 0 0 etc", "drwxr-xr-x 2 0 0 0 etc/a", "-rw------- 1 0 0 1 etc/a/b", "-rw-r--r-- 1 0 0 1 etc/c"],
    );
  });

  it("can follow each other", () => {
    const both = Buffer.concat([wrapIgnition("{}"), wrapCertificateAuthority("pem\n")]);
    assert.equal(both.length % 4, 0);
    // as the kernel does, which goes on behind a trailer
    unpack(both);
    unpack(both.subarray(wrapIgnition("{}").length));
    assert.deepEqual(readdirSync(directory).sort(), ["config.ign", "etc"]);
    assert.equal(readFileSync(join(directory, "etc/pki/tls/certs/fcos-pxe.pem"), "utf8"), "pem\n");
  });

  it("hold an Ignition config that only root reads, and give it back", () => {
    const config = Buffer.from('{"ignition":{"version":"3.0.0"},"ü":1}\n');
    unpack(wrapIgnition(config));
    assert.equal(statSync(join(directory, "config.ign")).mode & 0o777, 0o600);
    assert.deepEqual(readFileSync(join(directory, "config.ign")), config);
    assert.deepEqual(unwrapIgnition(wrapIgnition(config)), config);
  });

  it("hold nothing where they are broken off, or something else", () => {
    const whole = wrapIgnition("x".repeat(100));
    assert.equal(unwrapIgnition(whole.subarray(0, 150)), undefined);
    assert.equal(unwrapIgnition(wrapCertificateAuthority("pem")), undefined);
    assert.equal(unwrapIgnition(Buffer.from("\x1f\x8b not an archive")), undefined);
    assert.equal(fileIn(Buffer.alloc(0), "config.ign"), undefined);
  });

  it("hold network keyfiles, sorted", () => {
    const archive = wrapNetwork({ "b.nmconnection": "b", "a.nmconnection": "a" });
    assert.deepEqual(archive, wrapNetwork({ "a.nmconnection": "a", "b.nmconnection": "b" }));
    assert.equal(fileIn(archive, "etc/coreos-firstboot-network/b.nmconnection")?.toString(), "b");
  });
});
