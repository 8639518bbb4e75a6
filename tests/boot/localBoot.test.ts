import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { consoleTail, powerCycle } from "../../provider/lab/virtualMachine";
import * as pxe from "../../sdk";
import { type TestStack, testStack } from "../support/engine";

const words = "started from its own disk";

/** A master boot record that writes the words to the first serial port and halts. */
const bootSector = Buffer.concat([
  Buffer.from("31c08ed8be157cbaf803ac84c07403eeebf8f4ebfd", "hex"),
  Buffer.from(`\r\n${words}\r\n\0`),
]);

describe("a machine of the lab that is left to its own disk", function () {
  this.timeout(180_000);
  let test: TestStack;

  before(async () => {
    test = await testStack("localboot");
    test.program = async () => {
      const lab = new pxe.lab.Lab("lab");
      const server = new pxe.PxeServer("server", { network: lab.network, unknownMachines: "nothing" });
      const vm = new pxe.lab.VirtualMachine("db1", { lab, diskMiB: 1 });
      new pxe.LocalBoot("db1", { server, match: { uuid: vm.uuid } });
      return { directory: vm.power.apply(({ virtualMachine }) => virtualMachine), server: server.site.directory };
    };
    await test.stack.up();
  });
  after(() => test.remove());

  it("asks the network first, and starts from the disk", async () => {
    const outputs = await test.stack.outputs();
    const [directory, server] = [outputs.directory!.value as string, outputs.server!.value as string];
    const disk = await open(join(directory, "disk.img"), "r+");
    await disk.write(bootSector, 0, bootSector.length, 0);
    await disk.write(Buffer.from([0x55, 0xaa]), 0, 2, 510);
    await disk.close();
    await powerCycle(directory);
    let console = "";
    for (let second = 0; second < 120 && !console.includes(words); second++) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      console = await consoleTail(directory, 200);
    }
    assert.ok(console.includes(words), console);
    const log = readFileSync(join(server, "log", "dnsmasq.log"), "utf8");
    assert.match(log, /sent \S+\/pxelinux\.cfg\/[0-9a-f]{8}-[0-9a-f-]{27} to /);
  });
});
