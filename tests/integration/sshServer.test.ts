import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../provider/packageRoot";
import { type LabOverSsh, startLabOverSsh } from "../support/labOverSsh";
import type { Sshd } from "../support/sshd";

const program = `
const pulumi = require("@pulumi/pulumi");
const pxe = require("pulumi-fcos-pxe");
const { connection, directory } = JSON.parse(process.env.TEST_SERVER);
const server = new pxe.PxeServer("server", {
  connection, directory, services: "process",
  network: { interface: "br0", subnet: "10.44.0.0/24", dhcp: "server" },
});
new pxe.IgnitionConfig("config", { server, units: [{ name: "a.service", enabled: true, contents: "[Install]\\nWantedBy=multi-user.target\\n[Service]\\nExecStart=/bin/true\\n" }] });
exports.url = server.url;
`;

/** The server's commands run in a lab's namespaces, which sshd enters for each of them: its network is not this machine's. */
describe("a PxeServer over SSH, through the engine", function () {
  this.timeout(180_000);
  let lab: LabOverSsh;
  let project: string;
  let sshd: Sshd;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    lab = await startLabOverSsh();
    sshd = lab.sshd;
    project = mkdtempSync(join(tmpdir(), "project-"));
    mkdirSync(join(project, "node_modules"));
    symlinkSync(packageRoot, join(project, "node_modules", "pulumi-fcos-pxe"));
    symlinkSync(join(packageRoot, "node_modules", "@pulumi"), join(project, "node_modules", "@pulumi"));
    mkdirSync(join(project, "state"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: sshserver\nruntime: nodejs\n");
    writeFileSync(join(project, "package.json"), '{"name":"sshserver","main":"index.js"}');
    writeFileSync(join(project, "index.js"), program);
    env = {
      ...process.env,
      PULUMI_BACKEND_URL: `file://${join(project, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    await pulumi("stack", "init", "test");
  });
  after(async () => {
    await lab.stop();
    rmSync(project, { recursive: true });
  });

  async function pulumi(...args: string[]): Promise<string> {
    const server = JSON.stringify({ connection: sshd.connection, directory: join(lab.directory, "server") });
    const all = [...args, "--non-interactive"];
    const { stdout, stderr } = await promisify(execFile)("pulumi", all, {
      cwd: project,
      env: { ...env, TEST_SERVER: server },
      maxBuffer: 1 << 26,
    }).catch((error) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    });
    return stdout + stderr;
  }
  /** A line from the key's middle, in which no PEM header is. */
  const keyLine = () => sshd.connection.privateKey.split("\n")[2] as string;
  const stack = "test";
  const stateText = () => readFileSync(join(project, "state/.pulumi/stacks/sshserver", `${stack}.json`), "utf8");

  it("serves from the other network, and keeps the private key to itself", async () => {
    const said = [
      await pulumi("preview", "--diff"),
      await pulumi("preview", "--json"),
      await pulumi("up", "--yes", "--diff"),
    ];
    for (const text of [...said, stateText()]) assert.ok(!text.includes(keyLine()), "the key is shown");
    const fetched = await lab.host.run([
      "curl",
      "--silent",
      "--output",
      "/dev/null",
      "-w",
      "%{http_code}",
      "http://10.44.0.1/booted/x",
      "-XPOST",
    ]);
    assert.equal(fetched.stdout, "204");
  });

  it("still does after a refresh, which finds nothing", async () => {
    await pulumi("refresh", "--yes", "--expect-no-changes");
    await pulumi("preview", "--expect-no-changes");
    assert.ok(!stateText().includes(keyLine()));
  });

  it("repairs a stopped service, over the same one connection a run", async () => {
    const before = sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    await lab.host.run(["sh", "-c", `kill $(cat ${lab.directory}/server/run/nginx.pid)`]);
    const said = await pulumi("up", "--yes", "--refresh", "--diff");
    assert.match(said, /stopped/);
    const after = sshd.log().match(/Accepted publickey/g)?.length ?? 0;
    assert.ok(
      after - before <= 2,
      `${after - before} connections: the refresh's and the update's process have one each`,
    );
    await pulumi("preview", "--expect-no-changes");
  });

  it("takes other credentials for an update of nothing but how it is reached", async () => {
    const original = sshd;
    const { privateKey: _, ...keyless } = sshd.connection;
    const byFile = { ...keyless, privateKeyFile: join(sshd.directory, "user") } as unknown as Sshd["connection"];
    sshd = { ...sshd, connection: byFile };
    try {
      const preview = JSON.parse((await pulumi("preview", "--json")).replace(/^[^{]*/, ""));
      const operations = preview.steps.map(({ op }: { op: string }) => op);
      assert.ok(operations.includes("update"), operations.join());
      assert.ok(!operations.some((op: string) => /replace|delete|create/.test(op)), operations.join());
      await pulumi("up", "--yes", "--skip-preview");
      sshd = original;
      assert.ok(!stateText().includes(keyLine()));
    } finally {
      sshd = original;
    }
  });

  it("leaves nothing on the server when it is destroyed", async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    assert.equal((await lab.host.run(["ls", join(lab.directory, "server")])).code, 2);
    assert.doesNotMatch((await lab.host.run(["ps", "ax"])).stdout, /nginx|dnsmasq/);
  });
});
