import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { Host, RunOptions, RunResult } from "./host";

const defaultTimeoutMs = 120_000;

/** An ordinary user's PATH often lacks the directories in which the daemons lie. */
const environment = { ...process.env, PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin` };

/**
 * This machine. What `enter` returns is put before every command: nothing for the machine itself, an `nsenter … --` for
 * the namespaces of a lab, whose files are this machine's all the same.
 */
export function localHost(name = "this machine", enter: () => readonly string[] = () => []): Host {
  return {
    name,
    isHere: true,
    run: async (argv, options) => runLocally([...enter(), ...argv], options),
    start: async (argv, files) => startLocally(enter(), argv, files),
    readFile: (path) => readFile(path).catch(absent(undefined)),
    size: async (path) => (await stat(path).catch(absent(undefined)))?.size,
    readFrom,
    writeFile: writeFileAtomically,
    sendFile: (from, path, mode) => placeAtomically(path, mode, (to) => copyFile(from, to)),
    list: async (directory) => (await readdir(directory).catch(absent([] as string[]))).sort(),
    makeDirectory: async (path, mode) => void (await mkdir(path, { recursive: true, mode })),
    link: replaceLink,
    remove: (path) => rm(path, { recursive: true, force: true }).catch(absent(undefined)),
  };
}

function runLocally(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [command, ...args] = argv as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${argv.join(" ")} did not end within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    child.stdout.on("data", (chunk) => stdout.push(chunk));
    child.stderr.on("data", (chunk) => stderr.push(chunk));
    child.on("error", (error) => {
      clearTimeout(deadline);
      reject(new Error(`cannot run ${command}: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      clearTimeout(deadline);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      // what enters a namespace runs, though the command itself cannot
      const missing = code === 127 && /^nsenter: failed to execute (.*)/.exec(text(stderr));
      if (missing) reject(new Error(`cannot run ${missing[1]}`));
      resolve({ code: code ?? (signal ? 128 : 1), stdout: text(stdout), stderr: text(stderr) });
    });
    child.stdin.on("error", () => undefined); // a command may end without reading its input
    if (options.stdin instanceof Readable) options.stdin.pipe(child.stdin);
    else child.stdin.end(options.stdin ?? "");
  });
}

/**
 * The shell writes its own pid and becomes the daemon, so the pid is the daemon's in whichever pid namespace it runs. It
 * also changes directory itself: entering a mount namespace leads to its root.
 */
const becomeDaemon = 'cd "$1" && echo $$ > "$2" && shift 2 && exec "$@"';

async function startLocally(
  enter: readonly string[],
  argv: readonly string[],
  files: { pidFile: string; logFile: string; cwd?: string },
): Promise<void> {
  await mkdir(dirname(files.pidFile), { recursive: true });
  await rm(files.pidFile, { force: true });
  await mkdir(dirname(files.logFile), { recursive: true });
  const log = await open(files.logFile, "a");
  const line = [...enter, "sh", "-c", becomeDaemon, "sh", files.cwd ?? "/", files.pidFile, ...argv];
  const [command, ...args] = line as [string, ...string[]];
  const child = spawn(command, args, {
    cwd: files.cwd,
    env: environment,
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  const failed = new Promise<never>((_, reject) => child.on("error", reject));
  await Promise.race([failed, pidWritten(files.pidFile)]).finally(() => log.close());
  child.unref();
}

async function pidWritten(pidFile: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await readFile(pidFile, "utf8").catch(absent(""))).endsWith("\n")) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no process wrote ${pidFile}`);
}

async function readFrom(path: string, offset: number, length = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const file = await open(path, "r").catch(absent(undefined));
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    if (size <= offset) return Buffer.alloc(0);
    const buffer = Buffer.alloc(Math.min(size - offset, length));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Begins with a dot: dnsmasq, which reads whole directories, passes over such names. */
const temporaryName = (path: string) => join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);

const writeFileAtomically = (path: string, content: string | Buffer, mode?: number) =>
  placeAtomically(path, mode, (to) => writeFile(to, content));

/** `fill` writes into a file beside the place, which takes the place when it is complete and on the disk. */
async function placeAtomically(path: string, mode = 0o644, fill: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  const file = await open(temporary, "wx", mode);
  try {
    await fill(temporary);
    await file.chmod(mode);
    await file.sync();
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function replaceLink(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  await symlink(target, temporary);
  await rename(temporary, path);
}

/** Turns "there is no such file" into a value; every other error stays one. */
function absent<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return value;
    throw error;
  };
}
