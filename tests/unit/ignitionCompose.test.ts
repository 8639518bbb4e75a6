import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { sha256 } from "../../provider/ignition/canonical";
import { compose, type Parts } from "../../provider/ignition/compose";

const nothing: Parts = {
  typed: { sshAuthorizedKeys: ["ssh-ed25519 AAAA me"] },
  butane: [],
  ignition: [],
  secrets: [],
  silence: [],
  siteUrl: "http://10.0.0.1",
  delivery: "http",
};

const composed = (parts: Partial<Parts>, directory = "") => compose({ ...nothing, ...parts }, directory);

async function result(parts: Partial<Parts>) {
  const { result, remarks } = await composed(parts);
  assert.ok(result, JSON.stringify(remarks));
  return { ...result, config: JSON.parse(result.body) };
}

async function fatal(parts: Partial<Parts>): Promise<string[]> {
  const { result, remarks } = await composed(parts);
  assert.equal(result, undefined);
  return remarks.filter((remark) => remark.fatal).map(({ property, text }) => `${property}: ${text}`);
}

const warnings = async (parts: Partial<Parts>) => (await composed(parts)).remarks.map(({ name }) => name);

const raw = (rest: object, version = "3.4.0") => ({ ignition: { version }, ...rest });
const file = (path: string, source: string, more = {}) =>
  raw({ storage: { files: [{ path, contents: { source }, ...more }] } });

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

describe("what a config does, for people", () => {
  it("has an entry for each thing, with the text of files and units", async () => {
    const { contents } = await result({
      typed: {
        users: [{ name: "bob", groups: ["wheel"], passwordHash: "$y$x" }],
        files: [{ path: "/etc/motd", contents: "hello\n", mode: 0o600 }],
        units: [{ name: "a.service", mask: true, dropins: [{ name: "b.conf", contents: "[Unit]\n" }] }],
        links: [{ path: "/etc/l", target: "/etc/motd" }],
      },
    });
    assert.deepEqual(contents, {
      "/etc/motd": "mode 0600\nhello\n",
      "link /etc/l": "-> /etc/motd",
      "unit a.service": "masked",
      "unit a.service drop-in b.conf": "[Unit]\n",
      "user bob": 'password, {"groups":["wheel"]}',
    });
  });

  it("tells long and binary contents by size and digest", async () => {
    const long = "x".repeat(70_000);
    const { contents } = await result({
      typed: {
        ...nothing.typed,
        files: [
          { path: "/etc/long", contents: long },
          { path: "/etc/bytes", base64: "AP8A" },
        ],
      },
    });
    assert.equal(contents["/etc/long"], `70000 bytes sha256:${sha256(long)}`);
    assert.match(contents["/etc/bytes"]!, /^3 bytes sha256:/);
  });

  for (const [what, parts] of Object.entries<Partial<Parts>>({
    "in a file": {
      typed: { ...nothing.typed, files: [{ path: "/etc/t", contents: "token=hunter2\n" }] },
      secrets: ["hunter2"],
    },
    "in base64": {
      typed: { ...nothing.typed, files: [{ path: "/etc/t", base64: "aHVudGVyMgo=" }] },
      secrets: ["aHVudGVyMgo="],
    },
    "in a unit": {
      typed: { ...nothing.typed, units: [{ name: "a.service", contents: "[Service]\nEnvironment=hunter2\n" }] },
      secrets: ["hunter2"],
    },
    "in a data URL": { ignition: [file("/etc/t", "data:,hunter2")], secrets: ["data:,hunter2"] },
    "in a Butane text that is secret as a whole": {
      butane: ["variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/t, contents: {inline: hunter2}}]}\n"],
      secrets: ["variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/t, contents: {inline: hunter2}}]}\n"],
    },
  }))
    it(`masks a secret ${what}`, async () => {
      const { contents, body } = await result(parts);
      assert.ok(/hunter2|aHVudGVyMg/.test(body), "the secret must be in what is published");
      assert.ok(!JSON.stringify(contents).includes("hunter2"), JSON.stringify(contents));
      assert.ok(Object.values(contents).includes("[secret]"));
    });

  it("masks secrets in messages", async () => {
    const source = "variant: fcos\nversion: 1.5.0\nstorage: {files: hunter2}\n";
    for (const secrets of [["hunter2"], [source]]) {
      const messages = await fatal({ butane: [source], secrets });
      assert.ok(messages.length > 0 && !messages.join().includes("hunter2"), messages.join());
    }
  });
});

describe("warnings of experience", () => {
  const cases: Record<string, Partial<Parts>> = {
    "no-login": { typed: {} },
    "no-install": {
      typed: {
        ...nothing.typed,
        units: [{ name: "a.service", enabled: true, contents: "[Service]\nExecStart=/bin/true\n" }],
      },
    },
    "read-only": { typed: { ...nothing.typed, files: [{ path: "/usr/lib/a" }] } },
    "not-writable": { typed: { ...nothing.typed, files: [{ path: "/run/a" }] } },
    "wipes-var": {
      typed: {
        ...nothing.typed,
        filesystems: [{ device: "/dev/a", format: "xfs", label: "var", path: "/var", wipeFilesystem: true }],
      },
    },
    "kernel-arguments": { ignition: [raw({ kernelArguments: { shouldExist: ["a"] } })] },
    "append-grows": {
      typed: { ...nothing.typed, persistentVar: { device: "/dev/vda" } },
      ignition: [raw({ storage: { files: [{ path: "/var/log/a", append: [{ source: "data:,x" }] }] } })],
    },
    "needs-overwrite": {
      typed: { ...nothing.typed, persistentVar: { device: "/dev/vda" } },
      ignition: [file("/var/a", "data:,x")],
    },
    "boot-disk": { typed: { ...nothing.typed, disks: [{ device: "/dev/disk/by-id/coreos-boot-disk" }] } },
    unverified: { ignition: [file("/etc/a", "http://a/b")] },
    "private-ca": {
      typed: { ...nothing.typed, certificateAuthorities: ["-----BEGIN CERTIFICATE-----\n"] },
      siteUrl: "https://10.0.0.1",
    },
    "secret-over-http": { secrets: ["hunter2"] },
    "config-url": {
      ignition: [raw({ kernelArguments: { shouldExist: ["ignition.config.url=http://10.0.0.1/a.ign"] } })],
      delivery: "wrapped",
    },
  };
  for (const [name, parts] of Object.entries(cases)) {
    it(`${name}: is given, and can be silenced`, async () => {
      assert.deepEqual(await warnings(parts), [name]);
      assert.deepEqual(await warnings({ ...parts, silence: [name] }), []);
    });
  }

  it("sends nothing for the server through a proxy", async () => {
    const proxy = { http: "http://proxy:3128", except: ["10.1.0.0/16"] };
    const { body } = await result({ typed: { ...nothing.typed, proxy } });
    assert.deepEqual(JSON.parse(body).ignition.proxy.noProxy, ["10.1.0.0/16", "10.0.0.1"]);
  });

  it("says how a wrapped secret is readable, and nothing of one that goes over TLS", async () => {
    const { remarks } = await composed({ secrets: ["hunter2"], delivery: "wrapped" });
    assert.match(remarks[0]?.text ?? "", /in an initrd, by the boot loader/);
    const overTls: Partial<Parts> = { secrets: ["hunter2"], delivery: "https", siteUrl: "https://10.0.0.1" };
    const certificateAuthorities = ["-----BEGIN CERTIFICATE-----\n"];
    assert.deepEqual(await warnings({ ...overTls, typed: { ...nothing.typed, certificateAuthorities } }), []);
  });

  it("says nothing where all is well", async () => {
    const typed = {
      ...nothing.typed,
      persistentVar: { device: "/dev/vda" },
      files: [{ path: "/var/lib/a", contents: "x" }, { path: "/usr/local/bin/b" }],
      containers: [{ name: "c", image: "quay.io/c:1" }],
      swap: { zram: "ram / 2" },
      network: [{ interface: "eno1", addresses: ["10.0.0.2/24"] }],
    };
    assert.deepEqual((await composed({ typed })).remarks, []);
  });
});

describe("bad input", () => {
  const cases: [string, Partial<Parts>, RegExp][] = [
    [
      "no JSON",
      { ignition: ['{"ignition":\n  {"version" "3.4.0"}}'] },
      /^ignition\[0\]: error at line 2 col \d+: not JSON/,
    ],
    [
      "JSON that ends too early",
      { ignition: ['{"ignition":\n'] },
      /^ignition\[0\]: error at line 2 col 1: not JSON: unexpected end/,
    ],
    ["an empty text", { ignition: [""] }, /^ignition\[0\]: error at line 1 col 1: not JSON: not a config \(empty\)/],
    [
      "no YAML",
      { butane: ["variant: fcos\n  version: [\n"] },
      /^butane\[0\]: error: Error unmarshaling yaml: yaml: line 2/,
    ],
    [
      "a spec that isn't",
      { ignition: [raw({}, "9.0.0")] },
      /\$\.ignition\.version: Ignition spec "9\.0\.0" .*use 3\.0\.0 to 3\.6\.0/,
    ],
    ["an experimental spec", { ignition: [raw({}, "3.7.0-experimental")] }, /3\.7\.0-experimental/],
    [
      "an unknown key",
      { ignition: ['{"ignition":{"version":"3.4.0"},\n"storage":{"fils":[]}}'] },
      /error at \$\.storage\.fils, line 2 col 12: unused key fils: did you mean files\?/,
    ],
    [
      "an unknown key in Butane",
      { butane: ["variant: fcos\nversion: 1.5.0\nstorage:\n  filesytems: []\n"] },
      /line 4 col 3: unused key filesytems: did you mean filesystems\?/,
    ],
    [
      "an unknown key that Butane spells with underscores",
      { butane: ["variant: fcos\nversion: 1.5.0\nstorage:\n  disks:\n    - device: /dev/a\n      wipetable: true\n"] },
      /unused key wipetable: did you mean wipe_table\?/,
    ],
    [
      "an unknown key that Butane alone knows",
      { butane: ["variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/a, contents: {inlin: a}}]}\n"] },
      /unused key inlin: did you mean inline\?/,
    ],
    ["more than a config can be", { ignition: [" ".repeat(50 << 20)] }, /is 50\.0 MiB, more than the 8 MiB/],
    [
      "a data URL that doesn't decode",
      { ignition: [file("/etc/a", "data:;base64,@@")] },
      /\$\.storage\.files\.0\.contents\.source/,
    ],
    ["binary garbage", { ignition: ["\u0000\u0001\u0002"] }, /line 1 col 1: holds a NUL byte/],
    [
      "bytes that are no text",
      { butane: [Buffer.from([0x61, 0x0a, 0xff, 0xfe]).toString()] },
      /line 2 col 1: holds bytes that are not UTF-8/,
    ],
    [
      "a prototype-polluting key",
      { ignition: ['{"ignition":{"version":"3.4.0"},"storage":{"__proto__":{"a":1}}}'] },
      /error at \$\.storage\.__proto__: no such key is allowed/,
    ],
    [
      "a relative path in a typed argument",
      { typed: { files: [{ path: "/etc//a" }] } },
      /error in storage files \/etc\/\/a path: path is not fully simplified/,
    ],
  ];
  for (const [what, parts, message] of cases)
    it(`${what} is an error that says where`, async () => {
      const messages = await fatal(parts);
      assert.ok(
        messages.some((text) => message.test(text)),
        messages.join("\n"),
      );
    });

  it("tells every value of a wrong type at once", async () => {
    const messages = await fatal({ ignition: [raw({ storage: { files: [{ path: 7 }], disks: {} }, passwd: [] })] });
    for (const path of ["$.storage.files.0.path", "$.storage.disks", "$.passwd"])
      assert.ok(
        messages.some((text) => text.includes(`${path}:`)),
        `${path} in\n${messages.join("\n")}`,
      );
  });

  it("reads local files inside the directory, and only there", async () => {
    const directory = await mkdtemp(join(tmpdir(), "butane-"));
    try {
      await writeFile(join(directory, "inside.txt"), "inside");
      const source = (local: string) =>
        `variant: fcos\nversion: 1.5.0\nstorage: {files: [{path: /etc/a, contents: {local: ${local}}}]}\n`;
      const { result } = await composed({ butane: [source("inside.txt")] }, directory);
      assert.equal(result?.contents["/etc/a"], "inside");
      const outside = await composed({ butane: [source("../../etc/passwd")] }, directory);
      assert.match(outside.remarks[0]!.text, /line 3 col \d+: local file path traverses outside the files directory/);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("survives a config that is nested nine thousand deep", async () => {
    const deep = "[".repeat(9_000);
    assert.match((await fatal({ ignition: [deep] })).join(), /error/);
    assert.deepEqual((await composed({})).remarks, []);
  });
});
