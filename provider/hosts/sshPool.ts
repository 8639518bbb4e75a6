import { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import { type Connection, nameOf } from "./connection";
import type { RunOptions } from "./host";
import { Channels } from "./sshChannels";
import { type Connected, connect } from "./sshConnect";

/** One connection to a host, for all resources of a run. */
interface Link extends Connected {
  readonly channels: Channels;
  /** The link through which this one leads. */
  readonly through: Link | undefined;
  isOpen: boolean;
  users: number;
}

export interface RawResult {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

type ExecuteOptions = RunOptions & { readonly timeoutMs: number };

/** Whether a command may be sent once more: it never began. */
class NotStarted extends Error {}

const links = new Map<string, Promise<Link>>();
const openTimeoutMs = 20_000;

/** Runs one command line, over the host's one connection, which is made where there is none (or no longer). */
export async function execute(connection: Connection, line: string, options: ExecuteOptions): Promise<RawResult> {
  for (let attempt = 1; ; attempt++) {
    const link = await linkTo(connection);
    try {
      return await runOver(link, connection, line, options);
    } catch (error) {
      if (!(error instanceof NotStarted) || attempt === 3) throw error;
    }
  }
}

function linkTo(connection: Connection): Promise<Link> {
  const key = JSON.stringify(connection);
  const known = links.get(key);
  if (known) return known;
  const forget = () => {
    if (links.get(key) === made) links.delete(key);
  };
  const made = makeLink(connection, forget);
  links.set(key, made);
  made.catch(forget);
  return made;
}

async function makeLink(connection: Connection, forget: () => void): Promise<Link> {
  const through = connection.jump && (await linkTo(connection.jump));
  if (through) hold(through);
  try {
    const connected = await connect(connection, through && (await tunnel(through, connection)));
    const link = { ...connected, through, channels: new Channels(), isOpen: true, users: 0 };
    connected.client.once("close", () => {
      link.isOpen = false;
      forget();
    });
    connected.socket?.unref();
    return link;
  } finally {
    if (through) release(through);
  }
}

function tunnel(link: Link, { host, port = 22, jump }: Connection): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    link.client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
      if (error) reject(new Error(`${nameOf(jump!)} does not lead to ${host}:${port}: ${error.message}`));
      else resolve(channel);
    });
  });
}

/** An idle connection must not keep the program from ending; one in use must. */
function hold(link: Link): void {
  if (link.users++ === 0) link.socket?.ref();
  if (link.through) hold(link.through);
}

function release(link: Link): void {
  if (--link.users === 0) link.socket?.unref();
  if (link.through) release(link.through);
}

async function runOver(link: Link, connection: Connection, line: string, options: ExecuteOptions): Promise<RawResult> {
  await link.channels.enter();
  hold(link);
  try {
    const channel = await openChannel(link, connection, line);
    return await toItsEnd(channel, connection, options);
  } finally {
    release(link);
    link.channels.leave();
  }
}

function openChannel(link: Link, connection: Connection, line: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const lost = () => reject(new NotStarted(`${nameOf(connection)}: the connection was lost`));
    if (!link.isOpen) return lost();
    const deadline = setTimeout(() => {
      link.client.destroy();
      lost();
    }, openTimeoutMs);
    link.client.once("close", lost);
    try {
      link.client.exec(line, (error, channel) => {
        clearTimeout(deadline);
        link.client.off("close", lost);
        if (!error) resolve(channel);
        else if (isRefusal(error) && link.channels.lower()) reject(new NotStarted(error.message));
        else reject(new Error(`${nameOf(connection)}: cannot run a command: ${error.message}`));
      });
    } catch {
      clearTimeout(deadline);
      link.client.off("close", lost);
      lost(); // ssh2 throws where it already knows that the connection is gone
    }
  });
}

/** The server's answer that it opens no more channels (RFC 4254, 5.1) has a reason's number. */
const isRefusal = (error: Error) => typeof (error as { reason?: unknown }).reason === "number";

function toItsEnd(channel: ClientChannel, connection: Connection, options: ExecuteOptions): Promise<RawResult> {
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const deadline = setTimeout(() => {
      channel.close();
      reject(new Error(`${nameOf(connection)}: it did not end within ${options.timeoutMs / 1000} s`));
    }, options.timeoutMs);
    channel.on("data", (chunk: Buffer) => stdout.push(chunk));
    channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    channel.on("error", () => undefined); // "close" follows
    channel.on("close", (code?: number | null, signal?: string) => {
      clearTimeout(deadline);
      if (typeof code !== "number" && !signal)
        return reject(new Error(`${nameOf(connection)}: the connection was lost while a command ran`));
      resolve({ code: code ?? 128, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") });
    });
    if (options.stdin instanceof Readable) options.stdin.pipe(channel);
    else channel.end(options.stdin ?? "");
  });
}
