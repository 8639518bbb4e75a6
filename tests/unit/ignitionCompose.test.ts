import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../provider/ignition/canonical";
import { composed, fatal, file, nothing, raw, result } from "../support/composed";

describe("compose", () => {
  it("merges typed arguments, Butane and Ignition, the later over the earlier", async () => {
    const { config } = await result({
      typed: {
        files: [
          { path: "/etc/a", contents: "typed" },
          { path: "/etc/b", contents: "typed" },
          { path: "/etc/c", contents: "typed" },
        ],
      },
      butane: [
        "variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/b, contents: {inline: bu}, overwrite: true}, {path: /etc/c, contents: {inline: bu}, overwrite: true}]}\n",
      ],
      ignition: [file("/etc/c", "data:,raw", { overwrite: true })],
      silence: ["no-login"],
    });
    const sources = config.storage.files.map((item: { contents: { source: string } }) => item.contents.source);
    assert.deepEqual(sources, ["data:,typed", "data:,bu", "data:,raw"]);
    assert.equal(config.ignition.version, "3.4.0");
  });

  it("makes the same bytes of the same config, however it is written", async () => {
    const files = [
      { path: "/etc/a", mode: 420, contents: { source: "data:,hello%0A" } },
      { path: "/etc/b", mode: 420, contents: { source: "data:,b" } },
    ];
    const one = await result({ ignition: [raw({ storage: { files } })] });
    const compressed = `data:text/plain;base64,${gzipSync("hello\n").toString("base64")}`;
    const otherwise = [
      { contents: { source: "data:;base64,Yg==" }, path: "/etc/b", mode: 420, user: {} },
      { path: "/etc/a", contents: { compression: "gzip", source: compressed }, mode: 420, overwrite: null },
    ];
    const other = await result({
      ignition: [JSON.stringify({ storage: { files: otherwise }, ignition: { version: "3.4.0" } })],
    });
    assert.equal(other.body, one.body);
    assert.equal(one.digest, sha256(one.body));
  });

  it("judges what a config makes of the unit that is added to it", async () => {
    const units = [{ name: "fcos-pxe-report.service", contents: "[Service]\nExecStart=/bin/true\n" }];
    const silence = ["no-login"];
    const { remarks } = await composed({ typed: {}, ignition: [raw({ systemd: { units } })], silence });
    assert.deepEqual(
      remarks.map(({ name }) => name),
      ["no-install"],
    );
    const path = "/etc/systemd/system/fcos-pxe-report.service";
    assert.match((await fatal({ typed: {}, ignition: [file(path, "data:,")] })).join(), /conflicts with systemd unit/);
    assert.deepEqual((await composed({ typed: {}, ignition: [file("/etc/a", "data:,")], silence })).remarks, []);
  });

  it("takes the oldest spec that the parts can be written in", async () => {
    assert.equal((await result({})).spec, "3.0.0");
    assert.equal((await result({ typed: { proxy: { http: "http://p" } }, silence: ["no-login"] })).spec, "3.1.0");
    assert.equal((await result({ ignition: [raw({}, "3.5.0")] })).spec, "3.5.0");
  });

  it("refuses a spec that the release is too old for, and says what would do", async () => {
    const [message] = await fatal({ ignition: [raw({}, "3.5.0")], release: "39.20231101.3.0" });
    assert.match(
      message!,
      /^ignition\[0\]: .*spec 3\.5\.0, but release 39\.20231101\.3\.0 takes specs up to 3\.4\.0.*2024-10-06/,
    );
    assert.deepEqual((await composed({ ignition: [raw({}, "3.4.0")], release: "39.20231101.3.0" })).remarks, []);
  });

  it("moves large contents out, named by their digest and verified by the digest of what they unfold to", async () => {
    const contents = "line of text\n".repeat(10_000);
    const { config, stored } = await result({ typed: { ...nothing.typed, files: [{ path: "/etc/large", contents }] } });
    const { source, compression, verification } = config.storage.files[0].contents;
    const [name, bytes] = Object.entries(stored)[0]!;
    assert.equal(source, `http://10.0.0.1/store/sha256/${name}`);
    assert.equal(sha256(Buffer.from(bytes, "base64")), name);
    assert.equal(compression, "gzip");
    assert.equal(verification.hash, `sha256-${sha256(contents)}`);
    assert.equal(config.ignition.version, "3.1.0");
  });

  it("keeps large contents of a config with a secret to itself", async () => {
    const files = [{ path: "/etc/large", contents: "x".repeat(100_000) }];
    const { stored } = await result({ typed: { ...nothing.typed, files }, secrets: ["hunter2"] });
    assert.deepEqual(stored, {});
  });
});
