import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { type Connection, nameOf } from "./connection";
import type { Host, RunOptions } from "./host";
import {
  linkCommand,
  listCommand,
  makeDirectoryCommand,
  readCommand,
  readFromCommand,
  removeCommand,
  saysAbsent,
  sizeCommand,
  startCommand,
  writeCommand,
} from "./sshFiles";
import { execute, type RawResult } from "./sshPool";
import { commandLine, couldNotStart } from "./sshQuote";

const defaultTimeoutMs = 120_000;
/** A megabyte in two seconds: what is slower than that is taken for stuck. */
const slowestBytesAMs = 500;

/** A machine that is reached over SSH. It needs a POSIX login shell, GNU coreutils and findutils, and util-linux. */
export function sshHost(connection: Connection): Host {
  const name = nameOf(connection);
  const sudo = connection.sudo ?? connection.user !== "root";

  const run = async (argv: readonly string[], options: RunOptions = {}) => {
    await admitted(connection, sudo);
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const result = await execute(connection, commandLine(argv, { sudo, timeoutMs }), { ...options, timeoutMs });
    if (couldNotStart(result)) throw new Error(`${name}: cannot run ${argv[0]}: ${result.stderr.trim()}`);
    return result;
  };
  /** For what must succeed; `step` is how a message names it. */
  const must = async (
    step: string,
    argv: readonly string[],
    stdin: string | Buffer | Readable = "",
    bytes = 0,
  ): Promise<RawResult> => {
    const timeoutMs = defaultTimeoutMs + bytes / slowestBytesAMs;
    const result = await run(argv, { stdin, timeoutMs });
    if (result.code !== 0) throw failed(name, step, result);
    return result;
  };
  const unlessAbsent = async (step: string, argv: readonly string[]): Promise<Buffer | undefined> => {
    const result = await run(argv);
    if (result.code !== 0 && saysAbsent(result.stderr)) return undefined;
    if (result.code !== 0) throw failed(name, step, result);
    return result.stdout;
  };

  return {
    name,
    isHere: false,
    run: async (argv, options) => {
      const { code, stdout, stderr } = await run(argv, options);
      return { code, stdout: stdout.toString("utf8"), stderr };
    },
    start: async (argv, files) => void (await must(`starting ${argv[0]}`, startCommand(argv, files))),
    readFile: (path) => unlessAbsent(`reading ${path}`, readCommand(path)),
    size: async (path) => {
      const size = await unlessAbsent(`looking at ${path}`, sizeCommand(path));
      return size && Number(size.toString());
    },
    readFrom: async (path, offset, length) =>
      (await unlessAbsent(`reading ${path}`, readFromCommand(path, offset, length))) ?? Buffer.alloc(0),
    writeFile: async (path, content, mode = 0o644) => {
      const bytes = Buffer.from(content);
      await must(`writing ${path}`, writeCommand(path, bytes.length, mode), bytes, bytes.length);
    },
    sendFile: async (from, path, mode = 0o644) => {
      const { size } = await stat(from);
      await must(`writing ${path}`, writeCommand(path, size, mode), createReadStream(from), size);
    },
    list: async (directory) => {
      const names = (await unlessAbsent(`listing ${directory}`, listCommand(directory))) ?? Buffer.alloc(0);
      return names.toString("utf8").split("\0").slice(0, -1).sort();
    },
    makeDirectory: async (path, mode) => void (await must(`making ${path}`, makeDirectoryCommand(path, mode))),
    link: async (target, path) => void (await must(`linking ${path}`, linkCommand(target, path))),
    remove: async (path) => void (await must(`removing ${path}`, removeCommand(path))),
  };
}

function failed(name: string, step: string, { code, stderr, stdout }: RawResult): Error {
  const said = stderr.trim() || stdout.toString("utf8").trim() || "it printed nothing";
  return new Error(`${name}: ${step} ended with ${code}: ${said}`);
}

const admissions = new Map<string, Promise<void>>();

/** Tries once a run whether the login shell and sudo do as they must, so that every later error is the command's own. */
function admitted(connection: Connection, sudo: boolean): Promise<void> {
  const key = JSON.stringify(connection);
  const known = admissions.get(key) ?? admit(connection, sudo);
  admissions.set(key, known);
  known.catch(() => admissions.delete(key));
  return known;
}

async function admit(connection: Connection, sudo: boolean): Promise<void> {
  const name = nameOf(connection);
  const timeoutMs = 30_000;
  const line = commandLine(["echo", "ready"], { sudo, timeoutMs });
  const { code, stdout, stderr } = await execute(connection, line, { timeoutMs });
  const said = stderr.trim() || `it ended with ${code}`;
  if (code !== 0 && sudo)
    throw new Error(
      `${name}: sudo does not let ${connection.user} run commands: ${said}. Give that user the right without a password ` +
        `("${connection.user} ALL=(ALL) NOPASSWD: ALL" in /etc/sudoers.d), or connect as root`,
    );
  if (code !== 0) throw new Error(`${name}: no command can be run: ${said}`);
  const noise = stdout.toString("utf8").replace(/ready\n$/, "");
  if (noise)
    throw new Error(
      `${name}: the login shell of ${connection.user} prints ${JSON.stringify(noise.slice(0, 80))} for every command: ` +
        "let its start-up files print in interactive shells only",
    );
}
