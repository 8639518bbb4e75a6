import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostOf } from "../../provider/hosts";
import { rereadHosts } from "../../provider/services/rereadHosts";

describe("dnsmasq", () => {
  it("is told once of machines that go together", async () => {
    const directory = await mkdtemp(join(tmpdir(), "reread-"));
    const script = 'trap "echo reread" HUP; echo ready; while :; do sleep 0.05; done';
    const daemon = spawn("bash", ["-c", script, "dnsmasq"], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      let said = "";
      daemon.stdout.on("data", (chunk) => {
        said += chunk;
      });
      await once(daemon.stdout, "data");
      await mkdir(join(directory, "run"));
      await writeFile(join(directory, "run", "dnsmasq.pid"), `${daemon.pid}\n`);
      const site = { directory, url: "http://10.44.0.1" };
      await Promise.all([1, 2, 3].map(() => rereadHosts(hostOf(site), site, "52:54:00:44:00:01,10.44.0.9\n")));
      while (!said.includes("reread")) await once(daemon.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(said, "ready\nreread\n");
    } finally {
      daemon.kill("SIGKILL");
      await rm(directory, { recursive: true });
    }
  });
});
