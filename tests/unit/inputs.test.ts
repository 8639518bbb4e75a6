import assert from "node:assert/strict";
import { checkInputs } from "../../provider/inputs";
import { unknownMarker } from "../../provider/unknown";

const schema = {
  type: "object",
  properties: {
    mac: { type: "string", format: "mac" },
    arguments: { type: "array", items: { type: "string", format: "kernelArgument" } },
    network: {
      type: "object",
      properties: { subnet: { type: "string", format: "subnet" }, interface: { type: "string", format: "interface" } },
      required: ["interface"],
      additionalProperties: false,
    },
    policy: { type: "string", enum: ["reboot", "next-boot"] },
  },
  required: ["mac"],
  additionalProperties: false,
};

const good = { mac: "52:54:00:12:34:56" };

describe("checkInputs", () => {
  it("has nothing to say about good inputs", () => {
    assert.deepEqual(checkInputs(schema, { ...good, network: { interface: "eno1", subnet: "10.0.0.0/8" } }), []);
  });

  it("names the property, what was found and what to write instead", () => {
    const [failure] = checkInputs(schema, { mac: "52:54:00:12:34" });
    assert.equal(failure?.property, "mac");
    assert.match(
      failure?.reason ?? "",
      /^mac must be a unicast MAC address like "52:54:00:12:34:56" .*, got "52:54:00:12:34"$/,
    );
  });

  it("names the path inside a list and inside an object, and everything that is wrong at once", () => {
    const reasons = checkInputs(schema, { arguments: ["quiet", "a b"], network: { subnet: "10.0.0.1/24" } }).map(
      ({ reason }) => reason,
    );
    assert.equal(reasons.length, 4, reasons.join("\n"));
    assert.ok(reasons.some((reason) => reason.startsWith("arguments[1] must not contain white space")));
    assert.ok(reasons.some((reason) => reason.startsWith("network.subnet must be an IPv4 subnet in CIDR form")));
    assert.ok(reasons.includes("network.interface is required"));
    assert.ok(reasons.includes("mac is required"));
  });

  it("suggests the property that was probably meant", () => {
    const [failure] = checkInputs(schema, { ...good, polcy: "reboot" });
    assert.equal(failure?.reason, "polcy is not a property here: did you mean policy?");
  });

  it("lists what an enumeration allows", () => {
    const [failure] = checkInputs(schema, { ...good, policy: "later" });
    assert.equal(failure?.reason, 'policy must be one of "reboot", "next-boot", got "later"');
  });

  it("lets values pass that only `up` will know, whatever their type", () => {
    assert.deepEqual(checkInputs(schema, { mac: unknownMarker, arguments: unknownMarker, network: unknownMarker }), []);
    assert.deepEqual(checkInputs(schema, { ...good, arguments: [unknownMarker, "quiet"] }), []);
  });
});
