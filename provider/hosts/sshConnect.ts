import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ServerHostKeyAlgorithm } from "ssh2";
import { type Connection, nameOf } from "./connection";
import { type Credentials, credentialsOf } from "./sshCredentials";
import { hostKeyAlgorithms, hostKeyProblem } from "./sshHostKey";

const connectTimeoutMs = 20_000;

export interface Connected {
  readonly client: Client;
  /** The socket of the first hop, whose reference keeps the program running. */
  readonly socket: Socket | undefined;
}

/** Makes one SSH connection, over a socket of its own or over `channel`, which leads there through another host. */
export function connect(connection: Connection, channel?: Duplex): Promise<Connected> {
  const credentials = credentialsOf(connection);
  const client = new Client();
  const socket = channel ? undefined : new Socket();
  return new Promise((resolve, reject) => {
    let refusal: string | undefined;
    const fail = (error: Error & { level?: string }) => {
      clearTimeout(deadline);
      client.destroy();
      socket?.destroy();
      reject(new Error(refusal ?? explain(connection, credentials, error)));
    };
    const deadline = setTimeout(
      () => fail(new Error(`no answer within ${connectTimeoutMs / 1000} s`)),
      connectTimeoutMs,
    );
    client.on("error", fail);
    socket?.on("error", fail);
    client.once("close", () => fail(new Error("it closed the connection")));
    client.once("ready", () => {
      clearTimeout(deadline);
      resolve({ client, socket });
    });
    const begin = () =>
      client.connect({
        sock: channel ?? socket!,
        username: connection.user,
        ...credentials.login,
        readyTimeout: 0, // the deadline above covers the whole way
        algorithms: { serverHostKey: hostKeyAlgorithms(connection.hostKey) as ServerHostKeyAlgorithm[] },
        hostVerifier: (key: Buffer) => {
          refusal = hostKeyProblem(connection, key);
          return refusal === undefined;
        },
      });
    if (!socket) begin();
    else {
      socket.setKeepAlive(true, 10_000);
      socket.setNoDelay(true);
      socket.connect({ host: connection.host, port: connection.port ?? 22 }, begin);
    }
  });
}

const advice: Record<string, string> = {
  ECONNREFUSED: "nothing listens there: is sshd running, and on that port?",
  ENOTFOUND: "there is no such name: check the connection's host",
  EAI_AGAIN: "the name cannot be resolved now",
  EHOSTUNREACH: "there is no route to it: is it on, and in this network?",
  ENETUNREACH: "there is no route to its network",
};

function explain(connection: Connection, credentials: Credentials, error: Error & { level?: string; code?: string }) {
  const name = nameOf(connection);
  if (error.level === "client-authentication") {
    const line = credentials.publicLine ? `: add to its authorized_keys the line ${credentials.publicLine}` : "";
    return `${name} does not accept ${credentials.description}${line}`;
  }
  if (error.level === "agent") return `${name}: ${credentials.description} cannot be used: ${error.message}`;
  const hint = advice[error.code ?? ""];
  return `cannot reach ${name}: ${error.message}${hint ? ` (${hint})` : ""}`;
}
