import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../provider/packageRoot";
import { requireDocker } from "./docker";
import { pulumiEnvironment } from "./environment";
import { main } from "./main";
import { runHere } from "./run";
import { log, setUp } from "./setup";

/** In this order: what fails fastest comes first. */
const kinds = ["unit", "integration", "boot"];

main(async () => {
  await setUp();
  await requireDocker(log);
  const env = pulumiEnvironment();
  let passed = 0;
  let failed = 0;
  if ((await runHere("biome", ["check", "."], env)) === 0) passed++;
  else failed++;
  for (const kind of kinds) {
    const counts = await mocha(kind, env);
    passed += counts.passed;
    failed += counts.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

/** Runs one kind of tests. A run that ended without its counts, or with none, is a failure of its own. */
async function mocha(kind: string, env: NodeJS.ProcessEnv): Promise<{ passed: number; failed: number }> {
  console.log(`\n${kind} tests`);
  const directory = await mkdtemp(join(tmpdir(), "counts-"));
  const counts = join(directory, "counts.json");
  try {
    const args = [
      ...[
        "--reporter",
        join(packageRoot, "dist", "tools", "countingReporter.js"),
        "--reporter-option",
        `counts=${counts}`,
      ],
      ...["--timeout", "20000"], // for tests that say nothing else: a busy machine is no failure
      `dist/tests/${kind}/**/*.test.js`,
    ];
    const child = spawn("mocha", args, { cwd: packageRoot, env, stdio: ["ignore", "inherit", "inherit"] });
    const exit = once(child, "close") as Promise<[code: number | null]>;
    const guard = endWhenLate(child, counts, kind);
    const [code] = await exit.finally(() => clearInterval(guard));
    if (!existsSync(counts)) return { passed: 0, failed: 1 };
    const { passed, failed } = JSON.parse(await readFile(counts, "utf8"));
    return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A test that leaves a socket or a child process open keeps mocha running after its last line: this ends it. */
function endWhenLate(child: ChildProcess, counts: string, kind: string): NodeJS.Timeout {
  return setInterval(() => {
    if (!existsSync(counts) || Date.now() - statSync(counts).mtimeMs < 60_000) return;
    console.log(`the ${kind} tests are over, yet something that they opened keeps mocha running: that is a failure`);
    child.kill("SIGKILL");
  }, 1_000);
}
