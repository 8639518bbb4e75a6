import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Site, sitePaths } from "../provider/hosts/site";
import { main } from "../tools/main";
import { setUp } from "../tools/setup";
import { table } from "../tools/table";
import { type Kind, makeRelease, registerMachines } from "./storm/environment";
import { bytesPerSecond, clients, type Questions, requestsPerSecond } from "./storm/load";
import { freePort, startBare, startMatchbox, startOurs } from "./storm/servers";
import { conclude, median } from "./support";

const rounds = 9;
const seconds = 3;
/** Matchbox takes long for one answer where many machines are registered: enough of them have to end within the time. */
const matchboxSeconds = 30;
const fleets = [1000, 10_000];

/** What a room full of machines gets from one server, ours against a bare nginx and against Matchbox, in turns. */
main(async () => {
  await setUp();
  const work = await mkdtemp(join(tmpdir(), "bench-storm-"));
  try {
    const files = await makeRelease(join(work, "release"));
    const artifacts = await artifactStorm(work, files);
    const configs = [];
    for (const machines of fleets) configs.push(await configStorm(work, files, machines));
    const result = {
      vsNginx: ratioByRound(artifacts.ours, artifacts.bare),
      bytesVsMatchbox: ratioByRound(artifacts.ours, artifacts.matchbox),
      configsVsMatchbox: Math.min(...configs.flatMap((fleet) => fleet.rows.map(({ ratio }) => ratio))),
    };
    conclude(result, words(artifacts, configs, result));
    return 0;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
});

/** What else this machine does changes by the minute: only figures of the same round are compared. */
const ratioByRound = (ours: readonly number[], theirs: readonly number[]) =>
  Math.round(median(ours.map((figure, round) => figure / theirs[round]!)) * 100) / 100;

/** Bytes a second of kernel, initramfs and rootfs. */
async function artifactStorm(work: string, files: Record<Kind, string>) {
  const { site, server: ours } = await ourServer(join(work, "ours"), files, 1);
  const bareDirectory = join(work, "bare");
  await mkdir(bareDirectory);
  const bare = await startBare(bareDirectory, join(work, "release"));
  const matchboxDirectory = join(work, "matchbox");
  const matchbox = await startMatchbox(matchboxDirectory, files, 1);
  const kinds = Object.values(files).map((file) => basename(file));
  const stored = await readdir(sitePaths(site).store);
  const measured = { ours: [] as number[], bare: [] as number[], matchbox: [] as number[] };
  const under = (prefix: string, names: readonly string[]) => names.map((name) => prefix + name);
  try {
    for (let round = 0; round < rounds; round++) {
      measured.bare.push(await bytesPerSecond(bare.port, under("/", kinds), seconds));
      measured.ours.push(await bytesPerSecond(ours.port, under("/store/sha256/", stored), seconds));
      measured.matchbox.push(await bytesPerSecond(matchbox.port, under("/assets/", kinds), seconds));
    }
  } finally {
    for (const server of [ours, bare, matchbox]) await server.stop();
  }
  return measured;
}

/** Requests a second of what differs from machine to machine: boot configs and Ignition configs. */
async function configStorm(work: string, files: Record<Kind, string>, machines: number) {
  const { site, server: ours } = await ourServer(join(work, `ours-${machines}`), files, machines);
  const matchboxDirectory = join(work, `matchbox-${machines}`);
  const matchbox = await startMatchbox(matchboxDirectory, files, machines);
  const bootConfigNames = await bootConfigs(site);
  const configNames = (await readdir(sitePaths(site).ignition)).slice(0, longestList);
  const listed = (path: string, list: readonly string[]) => ({ path, list, count: list.length });
  const generated = (path: string) => ({ path, count: machines });
  const row = async (what: string, mine: Questions, theirs: Questions) => {
    const our = await requestsPerSecond(ours.port, mine, seconds);
    const their = await requestsPerSecond(matchbox.port, theirs, matchboxSeconds);
    return { what, ours: our, matchbox: their, ratio: Math.round(our / their) };
  };
  try {
    return {
      machines,
      rows: [
        await row("boot configs", listed("/%s", bootConfigNames), generated("/ipxe?mac=%m")),
        await row("Ignition configs", listed("/ignition/%s", configNames), generated("/ignition?mac=%m")),
      ],
    };
  } finally {
    for (const server of [ours, matchbox]) await server.stop();
  }
}

/** So many names a command line carries easily; nginx has to look each of them up all the same. */
const longestList = 2000;

async function ourServer(directory: string, files: Record<Kind, string>, machines: number) {
  const port = await freePort();
  const site: Site = { directory, url: `http://127.0.0.1:${port}` };
  await registerMachines(site, files, machines);
  return { site, server: await startOurs(site, port) };
}

/** The names of the machines' boot configs below the document root. */
async function bootConfigs({ directory, url }: Site): Promise<string[]> {
  const paths = sitePaths({ directory, url });
  // lpxelinux asks dnsmasq for them, by TFTP: that nginx is asked here is for the comparison
  await cp(paths.pxelinuxConfigs, join(paths.http, "pxelinux.cfg"), { recursive: true });
  return (await readdir(paths.pxelinuxConfigs)).slice(0, longestList).map((name) => `pxelinux.cfg/${name}`);
}

type Artifacts = Awaited<ReturnType<typeof artifactStorm>>;
type Configs = Awaited<ReturnType<typeof configStorm>>;

function words(artifacts: Artifacts, configs: readonly Configs[], result: Record<string, number>): string {
  const rate = (bytes: readonly number[]) => `${(median(bytes) / 1e9).toFixed(2)} GB/s`;
  const figure = (perSecond: number) => perSecond.toFixed(perSecond < 100 ? 1 : 0);
  const rows = configs.flatMap(({ machines, rows: some }) =>
    some.map(({ what, ours, matchbox, ratio }) => [
      `${what}, ${machines} machines`,
      `${figure(ours)}/s`,
      "",
      `${figure(matchbox)}/s`,
      String(ratio),
    ]),
  );
  const { ours, bare, matchbox } = artifacts;
  const ratios = `${result.vsNginx} / ${result.bytesVsMatchbox}`;
  return `${clients} clients on one server
${table(
  ["", "ours", "bare nginx", "Matchbox", "ours to theirs"],
  [["kernel, initramfs, rootfs", rate(ours), rate(bare), rate(matchbox), ratios], ...rows],
)}`;
}
