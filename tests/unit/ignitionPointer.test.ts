import assert from "node:assert/strict";
import { accept } from "../../provider/ignition/accepted";
import { canonicalJson, sha256 } from "../../provider/ignition/canonical";
import { validate } from "../../provider/ignition/engine";
import { mergeProblems } from "../../provider/ignition/mergeProblems";
import { pointerConfig } from "../../provider/ignition/pointer";
import { formatIgnitionRef, parseIgnitionRef, parseIgnitionRefs } from "../../provider/ignition/ref";

const digest = "ab".repeat(32);
const body = { url: `http://10.0.0.1/ignition/${digest}.ign`, digest };

describe("pointerConfig", () => {
  it("merges the shared config, held to its digest, and adds the host name", async () => {
    const { content } = pointerConfig([body], { hostname: "node1" });
    const { ignition, storage } = JSON.parse(content);
    assert.deepEqual(ignition.config.merge, [{ source: body.url, verification: { hash: `sha256-${digest}` } }]);
    assert.deepEqual(storage.files[0].contents, { source: "data:,node1%0A" });
    assert.deepEqual(await validate(content), { entries: [], fatal: false });
  });

  it("merges several configs in their order", () => {
    const other = { url: "http://10.0.0.1/ignition/other.ign", digest: "cd".repeat(32) };
    const { merge } = JSON.parse(pointerConfig([body, other], {}).content).ignition.config;
    assert.deepEqual(
      merge.map(({ source }: { source: string }) => source),
      [body.url, other.url],
    );
  });

  it("is small and named by its bytes", () => {
    const pointer = pointerConfig([body], { hostname: "node1" });
    assert.equal(pointer.digest, sha256(pointer.content));
    assert.ok(pointer.content.length < 500, `${pointer.content.length} bytes`);
    assert.notEqual(pointer.digest, pointerConfig([body], { hostname: "node2" }).digest);
  });
});

describe("mergeProblems", () => {
  const accepted = (config: object) => {
    const text = canonicalJson({ ignition: { version: "3.4.0" }, ...config });
    accept(sha256(text), { body: text, stored: {} });
    return sha256(text);
  };

  it("has nothing to say where the merge is valid", async () => {
    const shared = accepted({ storage: { files: [{ path: "/etc/a", contents: { source: "data:,a" } }] } });
    const own = accepted({ storage: { files: [{ path: "/etc/a", contents: { source: "data:,b" } }] } });
    assert.deepEqual(await mergeProblems([shared, own]), []);
  });

  it("finds what only the merge of two valid configs makes wrong", async () => {
    const shared = accepted({ storage: { links: [{ path: "/etc/app", target: "/var/app" }] } });
    const own = accepted({ storage: { files: [{ path: "/etc/app/a", contents: { source: "data:,a" } }] } });
    assert.match((await mergeProblems([shared, own])).join(), /storage.*link/);
    assert.deepEqual([await mergeProblems([shared]), await mergeProblems([own])], [[], []]);
  });

  it("finds what forbids a host name", async () => {
    const shared = accepted({ storage: { links: [{ path: "/etc", target: "/var/etc" }] } });
    assert.match((await mergeProblems([shared])).join(), /link/);
  });
});

describe("the ref of an IgnitionConfig", () => {
  it("is read back", () => {
    assert.equal(formatIgnitionRef({ name: "compute", digest, delivery: "http" }), `compute sha256:${digest}`);
    assert.deepEqual(parseIgnitionRef(`compute sha256:${digest}`), { name: "compute", digest, delivery: "http" });
    const names = parseIgnitionRefs(`a sha256:${digest} + b sha256:${digest}`).map(({ name }) => name);
    assert.deepEqual(names, ["a", "b"]);
    const secret = { name: "compute", digest, delivery: "wrapped", isSecret: true } as const;
    assert.deepEqual(parseIgnitionRef(formatIgnitionRef(secret)), secret);
    for (const delivery of ["https", "wrapped"] as const) {
      const ref = { name: "compute", digest, delivery };
      assert.equal(formatIgnitionRef(ref), `compute sha256:${digest} ${delivery}`);
      assert.deepEqual(parseIgnitionRef(formatIgnitionRef(ref)), ref);
    }
    assert.throws(() => parseIgnitionRef("compute"), /must be the ref of an IgnitionConfig, got "compute"/);
  });
});
