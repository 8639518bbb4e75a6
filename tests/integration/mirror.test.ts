import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, symlinkSync, unlinkSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sitePaths } from "../../provider/hosts/site";
import { packageRoot } from "../../provider/packageRoot";
import { breakOff, half, mirroring, once } from "../support/mirroring";
import { type Misbehaviour, releaseServer } from "../support/releaseServer";
import { testKey } from "../support/tinyStream";

/** What goes wrong between a publisher and the store really goes wrong here. */
describe("the mirroring of a release", function () {
  this.timeout(120_000);
  const { key, server, site, store, served, fileOf, requestsFor, mirror, assertServed } = mirroring();

  it("gives each file its name when it is verified, readable for what serves it", async () => {
    await mirror();
    await assertServed();
    assert.equal((await stat(join(store(), fileOf("kernel").sha256))).mode & 0o777, 0o644);
    const before = server().requests.length;
    await mirror();
    assert.equal(server().requests.length, before); // nothing is asked for twice
  });

  it("takes files over from a directory of the server, by their names, with the publisher's signatures", async () => {
    const adopted = join(site().directory, "old mirror");
    await mkdir(adopted);
    for (const kind of ["kernel", "rootfs"]) await writeFile(join(adopted, kind), server().files.get(`/${kind}`)!);
    await writeFile(join(adopted, "initramfs"), "something else");
    await mirror({ mirrorUrls: [pathToFileURL(adopted).href] });
    await assertServed();
    assert.deepEqual(
      ["/kernel", "/initramfs", "/rootfs", "/kernel.sig"].map((path) => requestsFor(path).length),
      [0, 1, 0, 1],
    );
  });

  it("goes on where a transfer broke off", async () => {
    server().misbehave = once(breakOff);
    await mirror();
    await assertServed();
    const [first, second, ...more] = requestsFor("/kernel");
    assert.deepEqual([first, more], ["/kernel", []]);
    assert.match(second!, /^\/kernel bytes=[1-9]\d+-$/);
  });

  it("goes on after a server that promised more than there is", async () => {
    server().misbehave = once((_request, response, content) => {
      response.writeHead(200, { "content-length": content.length + 1000 });
      response.write(content, () => setTimeout(() => response.destroy(), 50));
      return true;
    });
    await mirror();
    await assertServed();
  });

  it("goes on after a server that said nothing for half a minute", async () => {
    server().misbehave = once((_request, response, content) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(half(content));
      return true;
    });
    await mirror();
    await assertServed();
  });

  it("begins anew when the file changed between two ranges", async () => {
    server().misbehave = once((request, response, content) =>
      breakOff(request, response, Buffer.from(content.map((byte) => byte ^ 1))),
    );
    await mirror();
    await assertServed();
  });

  for (const status of [500, 503, 429])
    it(`asks again after ${status}`, async () => {
      let refusals = 2;
      server().misbehave = (request, response) => {
        if (request.url !== "/kernel" || refusals-- <= 0) return false;
        response.writeHead(status).end();
        return true;
      };
      await mirror();
      await assertServed();
    });

  it("asks once after 404, serves nothing of that file, and succeeds when it is there", async () => {
    const kernel = server().files.get("/kernel")!;
    server().files.delete("/kernel");
    await assert.rejects(mirror(), /\/kernel answered 404 Not Found\nnothing of it is served/);
    assert.equal(requestsFor("/kernel").length, 1);
    assert.ok(!(await served()).includes(fileOf("kernel").sha256));
    server().files.set("/kernel", kernel);
    await mirror();
    await assertServed();
  });

  it("tries mirrors in their order before the publisher, and believes none of them", async () => {
    const liar = await releaseServer(key());
    const gone = `${server().base}/gone`;
    try {
      await mirror({ mirrorUrls: [gone, liar.base] });
      await assertServed();
      assert.ok(liar.requests.includes("/kernel"));
      assert.equal(requestsFor("/kernel").length, 1);
      assert.equal(requestsFor("/gone/kernel.sig").length, 1);
    } finally {
      await liar.close();
    }
  });

  const badSignatures: [string, () => Promise<Uint8Array>, RegExp][] = [
    ["that is none", async () => Buffer.from("no signature"), /signature/],
    [
      "by a key that is not trusted",
      async () => (await testKey()).sign(server().files.get("/kernel")!),
      /does not verify/,
    ],
    ["over other bytes", async () => key().sign(Buffer.from("other bytes")), /does not verify/],
  ];
  for (const [what, sign, reason] of badSignatures)
    it(`refuses a signature ${what}, and succeeds when the right one is there`, async () => {
      const right = server().files.get("/kernel.sig")!;
      server().files.set("/kernel.sig", Buffer.from(await sign()));
      await assert.rejects(mirror(), reason);
      assert.ok(!(await served()).includes(fileOf("kernel").sha256));
      server().files.set("/kernel.sig", right);
      await mirror();
      await assertServed();
    });

  it("refuses a file whose signature is missing, though its sha256 is right", async () => {
    server().files.delete("/kernel.sig");
    await assert.rejects(mirror(), /the signature of \S+\/kernel can't be had: \S+ answered 404/);
    assert.ok(!(await served()).includes(fileOf("kernel").sha256));
  });

  for (const [what, options, reason] of [
    ["expired", { validForSeconds: 3600, madeBeforeSeconds: 7200 }, /that made it expired on \d{4}-/],
    ["revoked", { revoked: true }, /that made it is revoked/],
  ] as const)
    it(`refuses a signature by a key that is ${what}`, async () => {
      const bad = await testKey(options);
      for (const kind of ["kernel", "initramfs", "rootfs"])
        server().files.set(`/${kind}.sig`, Buffer.from(await bad.sign(server().files.get(`/${kind}`)!)));
      await assert.rejects(mirror({ trustedKeys: [bad.publicKey] }), reason);
      assert.deepEqual(await served(), []);
    });

  it("refuses bytes that are not those of the metadata, though they are signed", async () => {
    const right = server().files.get("/kernel")!;
    const signature = server().files.get("/kernel.sig")!;
    server().files.set("/kernel", Buffer.from("another kernel"));
    server().files.set("/kernel.sig", Buffer.from(await key().sign(Buffer.from("another kernel"))));
    await assert.rejects(mirror(), /has the sha256 [0-9a-f]{64}, its metadata says/);
    assert.ok(!(await served()).includes(fileOf("kernel").sha256));
    server().files.set("/kernel", right);
    server().files.set("/kernel.sig", signature);
    await mirror();
    await assertServed();
  });

  it("is gone on with after its process was killed in mid-download", async () => {
    const slow: Misbehaviour = (request, response, content) => {
      if (request.url !== "/kernel") return false;
      response.writeHead(200, { "content-length": content.length });
      response.write(half(content)); // and then no more
      return true;
    };
    server().misbehave = slow;
    await mkdir(store(), { recursive: true });
    const child = mirrorElsewhere();
    const part = join(sitePaths(site()).work, `${fileOf("kernel").sha256}.part`);
    while (!existsSync(part) || (await stat(part)).size < 1 << 20) await pause(50);
    child.kill("SIGKILL");
    assert.ok(!(await served()).includes(fileOf("kernel").sha256));
    server().misbehave = undefined;
    await mirror();
    await assertServed();
    assert.match(requestsFor("/kernel").at(-1)!, /^\/kernel bytes=[1-9]\d+-$/);
  });

  it("happens once where two runs want it at once", async () => {
    await mkdir(store(), { recursive: true });
    const other = mirrorElsewhere();
    const ended = new Promise((resolve) => other.on("close", resolve));
    await Promise.all([mirror(), mirror()]);
    assert.equal(await ended, 0);
    await assertServed();
    for (const kind of ["kernel", "initramfs", "rootfs"]) assert.equal(requestsFor(`/${kind}`).length, 1, kind);
  });

  it("puts the file in the place of a link or of other bytes that somebody put there", async () => {
    await mkdir(store(), { recursive: true });
    const elsewhere = join(site().directory, "elsewhere");
    await writeFile(elsewhere, server().files.get("/kernel")!);
    symlinkSync(elsewhere, join(store(), fileOf("kernel").sha256));
    await writeFile(join(store(), fileOf("rootfs").sha256), "other bytes");
    await mirror();
    await assertServed();
    assert.ok((await readFile(elsewhere)).equals(server().files.get("/kernel")!));
    unlinkSync(elsewhere);
    await assertServed();
  });

  it("says how much room is missing on a full disk, and succeeds when there is room", async function () {
    if (process.getuid?.() !== 0) this.skip(); // mounting is root's
    const mount = (...args: string[]) => assert.equal(spawnSync("mount", args).status, 0);
    mount("-t", "tmpfs", "-o", "size=5m", "tmpfs", site().directory);
    try {
      await assert.rejects(mirror(), /has \d MiB free, \d MiB are still to come: make room there|ENOSPC/);
      assert.ok((await served()).length < 3);
      mount("-o", "remount,size=40m", site().directory);
      await mirror();
      await assertServed();
    } finally {
      assert.equal(spawnSync("umount", [site().directory]).status, 0);
    }
  });

  /** The same in a process of its own. */
  function mirrorElsewhere() {
    const modules = (name: string) => JSON.stringify(join(packageRoot, "dist", "provider", name));
    const given = [site(), server().release, { trustedKeys: [key().publicKey] }].map((value) => JSON.stringify(value));
    const script = `const [site, release, terms] = [${given.join(", ")}];
      require(${modules("releases/mirror")}).mirrorFiles(require(${modules("hosts")}).hostOf(site), site, release, terms);`;
    return spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "inherit"] });
  }
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
