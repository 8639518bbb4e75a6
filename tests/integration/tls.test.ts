import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { labHost } from "../../provider/lab/namespace";
import { makeAuthority } from "../../provider/tls/certificates";
import * as pxe from "../../sdk";
import { announced, type TestStack, testStack } from "../support/engine";
import { testKey, tinyStream } from "../support/tinyStream";

describe("a server with TLS in a lab", function () {
  this.timeout(180_000);
  let test: TestStack;
  let outputs: { directory: string; lab: string; url: string; authority: string; digest: string; boot: string };
  let contents = "hunter2";
  let tls = true;
  let restrict = false;

  before(async () => {
    test = await testStack("tls");
    const stream = await tinyStream(join(test.directory, "published"), "43.1", await testKey());
    test.program = async () => {
      const lab = new pxe.lab.Lab("lab");
      const server = new pxe.PxeServer("server", { network: lab.network, tls, restrict });
      const release = new pxe.FcosRelease("release", { server, ...stream.args });
      const secret = new pxe.IgnitionConfig("secret", {
        server,
        files: [{ path: "/etc/token", contents: pulumi.secret(contents) }],
        silence: ["no-login", "secret-over-http"],
      });
      const node = new pxe.Machine("node1", {
        ...{
          server,
          match: { mac: "52:54:00:44:00:01" },
          release,
          ignition: secret,
          hostname: "node1",
          address: "10.44.0.9",
        },
      });
      const { directory } = lab;
      return {
        ...{
          directory: server.site.directory,
          lab: directory,
          url: server.url,
          authority: server.certificateAuthority,
        },
        ...{ digest: secret.digest, boot: node.bootDigest },
      };
    };
    await up();
  });
  after(() => test.remove());

  async function up() {
    const { summary } = await test.stack.up();
    const declared = await test.stack.outputs();
    outputs = Object.fromEntries(Object.entries(declared).map(([name, { value }]) => [name, value])) as typeof outputs;
    return summary.resourceChanges as Record<string, number>;
  }
  /** The HTTP status with which the server answers, or what curl has against its certificate. */
  async function status(path: string, scheme: "http" | "https", authority = outputs.authority, more: string[] = []) {
    const file = join(test.directory, "ca.pem");
    writeFileSync(file, authority);
    const url = `${outputs.url.replace("http:", `${scheme}:`)}${path}`;
    const argv = [
      "curl",
      "--silent",
      "--show-error",
      "--cacert",
      file,
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code}",
    ];
    const { stdout, stderr } = await labHost(outputs.lab).run([...argv, ...more, url]);
    return stdout === "000" ? stderr.trim() : stdout;
  }
  const bootConfig = () =>
    readFileSync(join(outputs.directory, "tftp", "pxelinux.cfg", "01-52-54-00-44-00-01"), "utf8");
  const certificates = () => readdirSync(join(outputs.directory, "etc", "tls")).sort();
  const ignition = () => `/ignition/${outputs.digest}.ign`;

  it("serves secret configs over TLS, and nowhere else", async () => {
    assert.equal(await status(ignition(), "https"), "200");
    assert.equal(await status(ignition(), "http"), "404");
    assert.match(bootConfig(), /ignition\.config\.url=https:\/\//);
    assert.equal(statSync(join(outputs.directory, "https", ignition())).mode & 0o777, 0o640);
  });

  it("serves the rest both ways, the initrd with its CA too, but no key and no list", async () => {
    for (const scheme of ["http", "https"] as const) {
      assert.equal(await status("/initrd/ca.img", scheme), "200");
      assert.equal(await status("/ignition/", scheme), "403");
      assert.equal(await status(`/etc/tls/${certificates()[1]}`, scheme), "404");
      assert.equal(await status(`/ignition/../../etc/tls/${certificates()[1]}`, scheme), "404");
    }
  });

  it("is trusted by nobody who doesn't know its CA", async () => {
    assert.match(await status(ignition(), "https", (await makeAuthority("other")).certificate), /certificate/);
  });

  it("keeps the CA's key out of outputs, logs and the readable state, also after a refresh", async () => {
    await holdsNoSecret();
    await test.stack.refresh();
    await holdsNoSecret();
  });

  async function holdsNoSecret() {
    const state = readFileSync(join(test.directory, ".pulumi", "stacks", "tls", "test.json"), "utf8");
    for (const part of ["BEGIN CERTIFICATE", "authorityKey", "ciphertext"]) assert.ok(state.includes(part), part);
    for (const secret of ["PRIVATE KEY", "hunter2"]) assert.ok(!state.includes(secret), secret);
  }

  it("changes nothing when nothing changed", async () => {
    const steps = await announced(test.stack);
    assert.deepEqual([...new Set(steps.map(({ op }) => op))], ["same"]);
  });

  it("renews its certificate when it runs out, with the same CA, and no machine boots anything else", async () => {
    const before = { ...outputs, certificates: certificates(), config: bootConfig() };
    const state = await test.stack.exportStack();
    const soon = new Date(Date.now() + 20 * 24 * 3600 * 1000).toISOString().slice(0, 10);
    for (const resource of state.deployment.resources)
      for (const properties of [resource.inputs, resource.outputs])
        if (properties?.certificate?.until) properties.certificate.until = soon;
    await test.stack.importStack(state);
    const steps = await announced(test.stack);
    assert.deepEqual(
      steps.filter(({ op }) => op !== "same").map(({ type, op }) => [type, op]),
      [["BootServices", "update"]],
    );
    await up();
    assert.equal(outputs.authority, before.authority);
    assert.equal(outputs.boot, before.boot);
    assert.equal(bootConfig(), before.config);
    assert.equal(await status(ignition(), "https"), "200");
  });

  it("finds that its certificate is gone, and makes another", async () => {
    const { authority } = outputs;
    for (const name of certificates()) rmSync(join(outputs.directory, "etc", "tls", name));
    await test.stack.refresh();
    await up();
    assert.equal(outputs.authority, authority);
    assert.equal(certificates().length, 2);
    assert.equal(await status(ignition(), "https"), "200");
    assert.equal((await up()).same, 7);
  });

  it("is trusted after an up that lost the CA it had made", async () => {
    const state = await test.stack.exportStack();
    for (const { inputs = {}, outputs: known = {} } of state.deployment.resources) {
      for (const name of ["authorityCertificate", "authorityKey", "certificate"]) delete known[name];
      delete inputs.certificate;
    }
    await test.stack.importStack(state);
    const { authority } = outputs;
    await up();
    assert.notEqual(outputs.authority, authority);
    assert.equal(await status(ignition(), "https"), "200");
    assert.match(await status(ignition(), "https", authority), /certificate/);
  });

  it("serves them to the machine's own address alone, where that is asked for", async () => {
    restrict = true;
    const { boot } = outputs;
    await up();
    assert.equal(outputs.boot, boot);
    assert.equal(await status(ignition(), "https"), "404");
    await labHost(outputs.lab).run(["ip", "address", "add", "10.44.0.9/24", "dev", "br0"]);
    assert.equal(await status(ignition(), "https", outputs.authority, ["--interface", "10.44.0.9"]), "200");
    assert.equal(await status(`/10.44.0.9${ignition()}`, "https"), "404");
    restrict = false;
    await up();
    assert.equal(await status(ignition(), "https"), "200");
  });

  it("can do without again", async () => {
    tls = false;
    contents = "hunter3";
    await up();
    assert.equal(await status(ignition(), "http"), "200");
    assert.match(await status(ignition(), "https"), /connect/);
    assert.deepEqual(certificates(), []);
    assert.ok(!existsSync(join(outputs.directory, "https", ignition())));
    assert.doesNotMatch(bootConfig(), /https:|ca\.img/);
  });
});
