/**
 * How a server is reached over SSH, as it lies in the state of every resource that acts on it. It says how, never what:
 * a change of it changes nothing on a machine.
 */
export interface Connection {
  /** Host name or IP address. */
  readonly host: string;
  /** Default 22. */
  readonly port?: number;
  readonly user: string;
  /** The server's public key as in its /etc/ssh/ssh_host_*_key.pub: "ssh-ed25519 AAAA…". Nothing else is talked to. */
  readonly hostKey?: string;
  /** A private key's text, PEM or OpenSSH. */
  readonly privateKey?: string;
  /** A private key's file on this machine; "~/" is the home directory. */
  readonly privateKeyFile?: string;
  /** Of the private key. */
  readonly passphrase?: string;
  /** The socket of an SSH agent. Default, where no key is given: the one in SSH_AUTH_SOCK. */
  readonly agent?: string;
  /** Default: unless the user is root. */
  readonly sudo?: boolean;
  /** The connection through which this one is made. */
  readonly jump?: Connection;
}

const text = { type: "string", minLength: 1 };
const properties = {
  host: { type: "string", format: "hostOrAddress" },
  port: { type: "integer", minimum: 1, maximum: 65535 },
  user: { type: "string", format: "userName" },
  hostKey: { type: "string", format: "hostKey" },
  privateKey: text,
  privateKeyFile: text,
  passphrase: text,
  agent: text,
  sudo: { type: "boolean" },
};
const required = ["host", "user"];
const jump = { type: "object", properties, required, additionalProperties: false };

/** For `checkInputs`; one jump, because a chain of them is a ProxyJump configuration of its own. */
export const connectionSchema = {
  type: "object",
  properties: { ...properties, jump },
  required,
  additionalProperties: false,
};

/** "core@10.0.0.2", with the port where it isn't 22 and the way where there is one: for messages, and to tell hosts apart. */
export function nameOf(connection: Connection): string {
  const { user, host, port = 22, jump: via } = connection;
  const end = `${user}@${host.includes(":") ? `[${host}]` : host}${port === 22 ? "" : `:${port}`}`;
  return via ? `${end} through ${nameOf(via)}` : end;
}
