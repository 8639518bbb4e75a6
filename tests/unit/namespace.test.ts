import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning, start, stop } from "../../provider/hosts/processes";
import { closeNamespace, isNamespaceOpen, labHost, openNamespace } from "../../provider/lab/namespace";
import { layCable, layNetwork, pullCable } from "../../provider/lab/network";

describe("a lab's namespace", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lab-"));
    await openNamespace(directory);
  });
  afterEach(async () => {
    await closeNamespace(directory);
    await rm(directory, { recursive: true });
  });

  it("has a network of its own", async () => {
    const lab = labHost(directory);
    await layNetwork(lab, "10.44.0.1", 24);
    const addresses = (await lab.run(["ip", "-brief", "-4", "address"])).stdout;
    assert.match(addresses, /br0 .*10\.44\.0\.1\/24/);
    assert.equal(
      addresses.trim().split("\n").length,
      2,
      "the bridge and the loopback interface, none of this machine's",
    );
  });

  it("takes a cable once, however often it is laid", async () => {
    const lab = labHost(directory);
    await layNetwork(lab, "10.44.0.1", 24);
    await layCable(lab, "x");
    await layCable(lab, "x");
    await pullCable(lab, "x");
    assert.doesNotMatch((await lab.run(["ip", "-brief", "link"])).stdout, /bx/);
  });

  it("runs daemons in their directory, tells when they ended and ends with everything in it", async () => {
    const lab = labHost(directory);
    const daemon = { name: "sleep", directory };
    await start(lab, daemon, ["sleep", "300"], join(directory, "sleep.log"));
    assert.equal(await isRunning(lab, daemon), true);
    await stop(lab, daemon);
    assert.equal(await isRunning(lab, daemon), false);
    await start(lab, daemon, ["sleep", "300"], join(directory, "sleep.log"));
    await closeNamespace(directory);
    assert.equal(isNamespaceOpen(directory), false);
    await assert.rejects(lab.run(["true"]), /is not running .*pulumi up --refresh/);
  });
});
