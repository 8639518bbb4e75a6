import assert from "node:assert/strict";
import { sha256 } from "../../provider/ignition/canonical";
import type { Parts } from "../../provider/ignition/compose";
import { fatal, file, nothing, result } from "../support/composed";

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
