import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mustRun } from "../../provider/hosts/host";
import * as bootServices from "../../provider/resources/bootServices";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";
import { type LabOverSsh, startLabOverSsh } from "../support/labOverSsh";
import { testKey, tinyStream } from "../support/tinyStream";

const endpoint = "http://10.44.0.1:9000";
const keys = { AWS_ACCESS_KEY_ID: "test-id", AWS_SECRET_ACCESS_KEY: 'te"st\\secret' };

/** A real S3-compatible store, versitygw, beside the server. */
describe("artifacts in a bucket", function () {
  this.timeout(120_000);
  let test: TestStack;
  let lab: LabOverSsh;
  let stream: Awaited<ReturnType<typeof tinyStream>>;
  let bucket: string;

  before(async function () {
    if (spawnSync("versitygw", ["--version"]).status !== 0) return this.skip();
    test = await testStack("bucket");
    lab = await startLabOverSsh();
    stream = await tinyStream(join(test.directory, "published"), "43.1", await testKey());
    const store = join(lab.directory, "objects");
    mkdirSync(store);
    bucket = join(store, "fcos");
    const credentials = ["--access", keys.AWS_ACCESS_KEY_ID, "--secret", keys.AWS_SECRET_ACCESS_KEY];
    const gateway = ["versitygw", ...credentials, "--port", "10.44.0.1:9000", "posix", store];
    const files = { pidFile: join(lab.directory, "s3.pid"), logFile: join(lab.directory, "s3.log") };
    await lab.host.start(gateway, files);
    for (let tries = 0; tries < 100 && (await lab.host.run(["curl", "-s", endpoint])).code !== 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::fcos/*" }],
    };
    await put("", "");
    await put("?policy=", JSON.stringify(policy));
  });
  after(async () => {
    await test?.remove();
    await lab?.stop();
    for (const name of Object.keys(keys)) delete process.env[name];
  });

  /** What an S3 client would do to the bucket. */
  const put = (query: string, body: string) => {
    const keyPair = `${keys.AWS_ACCESS_KEY_ID}:${keys.AWS_SECRET_ACCESS_KEY}`;
    const digest = createHash("sha256").update(body).digest("hex");
    const signed = ["--user", keyPair, "--aws-sigv4", "aws:amz:us-east-1:s3", "-H", `x-amz-content-sha256: ${digest}`];
    const data = ["-X", "PUT", "--data", body, `${endpoint}/fcos${query}`];
    return mustRun(lab.host, ["curl", "-sS", "--fail", ...signed, ...data]);
  };

  const declare = async () => {
    const server = new pxe.PxeServer("server", {
      connection: lab.sshd.connection,
      directory: join(lab.directory, "server"),
      artifacts: { s3: { endpoint, bucket: "fcos" } },
      network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const },
    });
    const release = new pxe.FcosRelease("release", { server, ...stream.args });
    const ignition = new pxe.IgnitionConfig("compute", { server });
    new pxe.Machine("node1", { server, match: { mac: "52:54:00:44:00:01" }, release, ignition });
  };

  it("are not uploaded without keys, which the error names", async () => {
    test.program = declare;
    await assert.rejects(test.stack.up(), /artifacts\.s3: to upload to \S+:9000\/fcos, set AWS_ACCESS_KEY_ID and/);
  });

  it("are uploaded by the server, and machines fetch them from there", async () => {
    Object.assign(process.env, keys);
    await test.stack.up();
    const config = readFileSync(join(lab.directory, "server/tftp/pxelinux.cfg/01-52-54-00-44-00-01"), "utf8");
    for (const kind of ["kernel", "initramfs", "rootfs"] as const) {
      const url = `${endpoint}/fcos/${stream.pxe[kind].sha256}`;
      assert.ok(config.includes(url), config);
      assert.equal(await mustRun(lab.host, ["curl", "-sS", "--fail", url]), `${kind} of 43.1\n`);
    }
    const state = JSON.stringify(await test.stack.exportStack());
    assert.ok(!state.includes('te\\"st') && !state.includes(keys.AWS_ACCESS_KEY_ID), "the keys are in the state");
  });

  it("are not uploaded twice, and stay when everything else goes", async () => {
    const before = readdirSync(bucket);
    assert.equal(before.filter((name) => /^[0-9a-f]{64}$/.test(name)).length, 3);
    await test.stack.destroy();
    assert.deepEqual(readdirSync(bucket), before);
  });
});

describe("the arguments of a bucket", () => {
  for (const [what, artifacts, expected] of [
    ["with a URL too", { url: "http://a", s3: { endpoint, bucket: "fcos" } }, /^artifacts must/],
    ["without a bucket", { s3: { endpoint } }, /^artifacts\.s3\.bucket is required/],
    ["with a bucket that is a path", { s3: { endpoint, bucket: "a/b" } }, /^artifacts\.s3\.bucket must match/],
    ["with a region that is none", { s3: { endpoint, bucket: "fcos", region: "a:b" } }, /^artifacts\.s3\.region must/],
  ] as const)
    it(`are refused ${what}`, async () => {
      const network = { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" as const };
      const { failures } = await bootServices.check({}, { name: "server", network, artifacts } as never);
      assert.match(failures?.[0]?.reason ?? "", expected);
    });
});
