import assert from "node:assert/strict";
import { toWire } from "../../provider/wire";

describe("toWire", () => {
  it("drops what is undefined, at every depth", () => {
    assert.deepEqual(toWire({ a: 1, b: undefined, c: { d: undefined, e: [{ f: undefined }] } }), {
      a: 1,
      c: { e: [{}] },
    });
  });

  for (const [what, value] of [
    ["a Date", new Date(0)],
    ["a Map", new Map()],
    ["a function", () => 1],
    ["a bigint", 1n],
    ["NaN", Number.NaN],
    ["undefined in a list", undefined],
  ] as const)
    it(`refuses ${what} by its path`, () => {
      assert.throws(() => toWire({ list: [{ inner: [value] }] }), /result\.list\[0\]\.inner\[0\] is not plain JSON/);
    });
});
