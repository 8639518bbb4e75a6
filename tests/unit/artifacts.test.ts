import assert from "node:assert/strict";
import { artifactUrl, bootLoaderUrl } from "../../provider/boot/artifacts";
import { everySite, overlap, sitesLeft } from "../../provider/hosts/site";

const site = { directory: "/srv/pxe", url: "http://10.0.0.2" };

describe("where machines fetch artifacts from", () => {
  it("is the server's own store, unless there is another place", () => {
    assert.equal(artifactUrl(site, "ab"), "http://10.0.0.2/store/sha256/ab");
    const elsewhere = { ...site, artifacts: "http://cdn.example.org/fcos" };
    assert.equal(artifactUrl(elsewhere, "ab"), "http://cdn.example.org/fcos/ab");
    assert.equal(bootLoaderUrl(elsewhere, "ab"), "http://cdn.example.org/fcos/ab");
  });

  it("is the server for a boot loader where the other place is https", () => {
    const elsewhere = { ...site, artifacts: "https://cdn.example.org/fcos" };
    assert.equal(artifactUrl(elsewhere, "ab"), "https://cdn.example.org/fcos/ab");
    assert.equal(bootLoaderUrl(elsewhere, "ab"), "http://10.0.0.2/store/sha256/ab");
  });
});

describe("several servers", () => {
  const on = (host: string) => ({ ...site, host: { host, user: "core" } });
  const both = { ...on("a"), replicas: [on("b")] };

  it("are one site and its replicas", () => {
    assert.deepEqual(everySite(both), [on("a"), on("b")]);
    assert.deepEqual(everySite(site), [site]);
  });

  it("are told apart by where they are, not by how they are reached", () => {
    const otherKey = { ...site, host: { host: "a", user: "core", privateKeyFile: "/key" } };
    assert.deepEqual(sitesLeft(both, otherKey), [on("b")]);
    assert.deepEqual(sitesLeft(both, { ...on("b"), replicas: [otherKey] }), []);
    assert.equal(overlap(both, on("b")), true);
    assert.equal(overlap(both, on("c")), false);
    assert.equal(overlap(both, undefined), false);
  });
});
