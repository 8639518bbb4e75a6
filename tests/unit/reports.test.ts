import assert from "node:assert/strict";
import { appendFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { latestReport, latestReports, parseReport } from "../../provider/boot/reports";
import { localHost } from "../../provider/hosts/local";

const digest = "ab".repeat(32);
const line = (changes: object = {}) =>
  JSON.stringify({
    t: 1795458832.757,
    ip: "10.44.0.204",
    m: "POST",
    u: `/booted/52-54-00-8b-ec-d2/${digest}?version=43.1&uptime=42`,
    s: 204,
    b: 0,
    ...changes,
  });

describe("a machine's report", () => {
  it("is read from nginx's log line", () => {
    assert.deepEqual(parseReport(line()), {
      identity: "52:54:00:8b:ec:d2",
      digest,
      version: "43.1",
      at: 1795458832757,
      address: "10.44.0.204",
    });
  });

  for (const identity of ["uuid-4c4c4544-0051-3010-8054-c4c04f584b32", "serial-CZ1234567X"])
    it(`is read of a machine that is known by its ${identity.split("-")[0]}`, () => {
      assert.equal(parseReport(line({ u: `/booted/${identity}/${digest}` }))?.identity, identity);
    });

  for (const [what, changed] of [
    ["a GET", { m: "GET" }],
    ["one that was refused", { s: 405 }],
    ["a digest that is none", { u: "/booted/52-54-00-8b-ec-d2/latest" }],
    ["no machine", { u: `/booted/../${digest}` }],
    ["a line without a time", { t: undefined }],
  ] as const)
    it(`is not ${what}`, () => assert.equal(parseReport(line(changed)), undefined));

  it("is not a torn or foreign line", () => {
    for (const text of ["", "{", line().slice(0, 40), "null"]) assert.equal(parseReport(text), undefined);
  });
});

describe("latestReport", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "reports-"));
    await mkdir(join(directory, "log"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("reads on as the log grows, and leaves a line that is still being written for later", async () => {
    const site = { directory, url: "http://10.44.0.1" };
    const log = join(directory, "log", "booted.json");
    const latest = () => latestReport(localHost(), site, "52:54:00:8b:ec:d2");
    assert.equal(await latest(), undefined);
    await appendFile(log, `${line()}\n${line({ t: 1795458900 }).slice(0, 30)}`);
    assert.equal((await latest())?.at, 1795458832757);
    await appendFile(log, `${line({ t: 1795458900 }).slice(30)}\n`);
    assert.equal((await latest())?.at, 1795458900000);
  });

  it("are those of every machine of an architecture, the newest of each", async () => {
    const site = { directory, url: "http://10.44.0.1" };
    const by = (mac: string, t: number) =>
      line({ t, u: `/booted/architecture-x86_64/${digest}?version=43.1&mac=${mac}` });
    const lines = [by("52-54-00-00-00-01", 100), by("52-54-00-00-00-02", 200), by("52-54-00-00-00-01", 300)];
    await appendFile(join(directory, "log", "booted.json"), `${[...lines, by("../..", 400)].join("\n")}\n`);
    const reports = await latestReports(localHost(), site, "architecture-x86_64");
    assert.deepEqual(
      reports.map(({ mac, at }) => [mac, at]),
      [
        ["52:54:00:00:00:01", 300_000],
        ["52:54:00:00:00:02", 200_000],
        [undefined, 400_000],
      ],
    );
  });
});
