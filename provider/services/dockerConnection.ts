import { type Connection, nameOf } from "../hosts/connection";
import { sshOptions } from "../hosts/sshProgram";

/** How the docker plugin reaches a host: it starts the ssh program by itself. */
export interface DockerConnection {
  readonly host: string;
  readonly sshOpts: readonly string[];
}

/** The same host, user, keys and pinned host keys as for the package's own connection (ssh_config(5)). */
export function dockerConnection(connection: Connection): DockerConnection {
  const { user, host, port = 22 } = connection;
  const address = host.includes(":") ? `[${host}]` : host;
  return { host: `ssh://${user}@${address}:${port}`, sshOpts: sshOptions(connection) };
}

/** What of a connection the ssh program can't be given on its command line; undefined where nothing is. */
export function dockerConnectionProblem(connection: Connection): string | undefined {
  const hops = [connection, ...(connection.jump ? [connection.jump] : [])];
  const hop = hops.find(({ privateKey, passphrase }) => privateKey !== undefined || passphrase !== undefined);
  if (!hop) return undefined;
  return (
    `connection to ${nameOf(hop)} must take its key from an agent or from a privateKeyFile without passphrase with ` +
    'services "docker", whose plugin starts ssh by itself, got a key or a passphrase as text'
  );
}
