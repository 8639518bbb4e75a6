import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { gunzipSync } from "node:zlib";
import { butane, engineDigest, gzip, merge, validate } from "../../provider/ignition/engine";

const good = '{"ignition":{"version":"3.4.0"}}';

describe("Ignition's own code", () => {
  it("says what is wrong, where, and in the words of its tools", async () => {
    const config = '{"ignition":{"version":"3.4.0"},\n"storage":{"files":[{"path":"a"}]}}';
    const { entries, fatal, error } = await validate(config);
    assert.deepEqual(entries, [
      {
        kind: "error",
        message: "path not absolute",
        path: "$.storage.files.0.path",
        at: { line: 2, column: 29 },
        text: "error at $.storage.files.0.path, line 2 col 29: path not absolute",
      },
    ]);
    assert.deepEqual([fatal, error], [true, "config is not valid"]);
  });

  it("translates Butane", async () => {
    const { config, entries } = await butane("variant: fcos\nversion: 1.5.0\nkernel_arguments: {should_exist: [a]}\n");
    const expected = { ignition: { version: "3.4.0" }, kernelArguments: { shouldExist: ["a"] } };
    assert.deepEqual([JSON.parse(config!), entries], [expected, []]);
  });

  it("merges as a booting machine does", async () => {
    const users = (sshAuthorizedKeys: string[]) =>
      JSON.stringify({ ignition: { version: "3.0.0" }, passwd: { users: [{ name: "core", sshAuthorizedKeys }] } });
    const { config } = await merge([users(["a"]), users(["b"])]);
    assert.deepEqual(JSON.parse(config!).passwd.users, [{ name: "core", sshAuthorizedKeys: ["a", "b"] }]);
  });

  it("compresses always to the same bytes", async () => {
    const content = Buffer.from("text ".repeat(1000));
    const [one, other] = await Promise.all([gzip(content), gzip(content)]);
    assert.deepEqual(one, other);
    assert.deepEqual(gunzipSync(one), content);
  });

  it("answers each of many callers with its own verdict", async () => {
    const names = Array.from({ length: 200 * availableParallelism() }, (_, index) => `key${index}`);
    const verdicts = await Promise.all(names.map((name) => validate(`{"ignition":{"version":"3.4.0"},"${name}":1}`)));
    assert.deepEqual(
      verdicts.map(({ entries }) => entries.map(({ message }) => message)),
      names.map((name) => [`unused key ${name}`]),
    );
  });

  it("gives a verdict on what it breaks down at, and goes on with another instance", async () => {
    const breaking = { length: -1 } as unknown as Uint8Array; // asks for a buffer that can't be had
    const [broken, next] = await Promise.all([validate(breaking), validate(good)]);
    assert.equal(broken.fatal, true);
    assert.match(broken.error!, /gave up/);
    assert.deepEqual(next, { entries: [], fatal: false });
  });

  it("is named by its digest", () => assert.match(engineDigest(), /^[0-9a-f]{64}$/));
});
