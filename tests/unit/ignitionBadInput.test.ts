import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Parts } from "../../provider/ignition/compose";
import { composed, fatal, file, raw } from "../support/composed";

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
