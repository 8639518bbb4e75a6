import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as lab from "../../provider/resources/lab";
import * as virtualMachine from "../../provider/resources/virtualMachine";
import { unknownMarker } from "../../provider/unknown";

describe("a lab on a machine that lacks something", () => {
  const path = process.env.PATH;
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "bin-"));
    process.env.PATH = bin;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(bin, { recursive: true });
  });
  const vm = { name: "node1", lab: "/lab" };

  it("is told in the preview that QEMU is missing, and what to install", async () => {
    writeFileSync(join(bin, "python3"), "");
    assert.deepEqual((await virtualMachine.check({}, vm)).failures, [
      {
        property: "lab",
        reason: "lab: this machine has no qemu-system-x86_64 in its PATH: apt-get install qemu-system-x86",
      },
    ]);
    writeFileSync(join(bin, "qemu-system-x86_64"), "");
    assert.deepEqual((await virtualMachine.check({}, vm)).failures, []);
  });

  it("is not asked for firmware that only `up` will know", async () => {
    for (const program of ["python3", "qemu-system-x86_64"]) writeFileSync(join(bin, program), "");
    assert.deepEqual((await virtualMachine.check({}, { ...vm, firmware: unknownMarker as "uefi" })).failures, []);
  });

  it("is told of all that a lab itself needs at once", async () => {
    assert.deepEqual((await lab.check({}, { name: "lab" })).failures, [
      {
        property: "name",
        reason:
          "a lab can't be had here: this machine has no unshare, no nsenter, no ip in its PATH: apt-get install util-linux iproute2",
      },
    ]);
  });
});
