import type { Readable } from "node:stream";

/** What a command left behind. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly stdin?: string | Buffer | Readable;
  /** Milliseconds until the command is killed; default two minutes. */
  readonly timeoutMs?: number;
}

/**
 * The one interface behind which every effect on a server sits, so that this machine, a lab's namespace and a machine
 * reached over SSH are the same to the rest. Paths are absolute. Commands are argument arrays: no shell is involved.
 */
export interface Host {
  /** For messages: "this machine", "core@10.0.0.2". */
  readonly name: string;
  /** Whether its files are this machine's own, so that large ones may be written without going through this interface. */
  readonly isHere: boolean;
  /** Runs a command to its end. A non-zero exit is a result, not an error; a command that cannot start rejects. */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a daemon that outlives this process: own session, output appended to `logFile`, its pid in `pidFile`. */
  start(argv: readonly string[], files: { pidFile: string; logFile: string; cwd?: string }): Promise<void>;
  /** A file's bytes, or undefined where there is no such file. */
  readFile(path: string): Promise<Buffer | undefined>;
  /** A file's size in bytes, or undefined where there is no such file. */
  size(path: string): Promise<number | undefined>;
  /** The bytes of a file from `offset` on, at most `length`; empty where there is no such file or nothing beyond. */
  readFrom(path: string, offset: number, length?: number): Promise<Buffer>;
  /** Replaces a file atomically: temporary name beside it, fsync, rename. Directories above it are made. Default mode 0644. */
  writeFile(path: string, content: string | Buffer, mode?: number): Promise<void>;
  /** The same with the bytes of a file of the machine where this program runs, which may be too large for its memory. */
  sendFile(from: string, path: string, mode?: number): Promise<void>;
  /** The names in a directory, sorted; empty where there is no such directory. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** Makes or atomically replaces a symbolic link at `path`. */
  link(target: string, path: string): Promise<void>;
  /** Removes a file or a tree; nothing there is success. */
  remove(path: string): Promise<void>;
}

/** Runs a command that must succeed; its standard output, or an error that says what, where and what it printed. */
export async function mustRun(host: Host, argv: readonly string[], options?: RunOptions): Promise<string> {
  const result = await host.run(argv, options);
  if (result.code === 0) return result.stdout;
  const said = (result.stderr.trim() || result.stdout.trim()).split("\n").slice(-5).join("\n");
  throw new Error(`${host.name}: ${argv.join(" ")} ended with ${result.code}: ${said || "it printed nothing"}`);
}
