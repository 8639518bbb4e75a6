import type { Connection } from "./connection";
import { quote } from "./sshQuote";

/**
 * What the ssh program is told where something else than this package starts it: the same keys and jump host, and the
 * pinned host key alone (ssh_config(5)). A key that is given as text comes from an agent, which its caller starts.
 */
export function sshOptions(connection: Connection): string[] {
  const { hostKey = "", privateKeyFile, agent, jump } = connection;
  const [type, key] = hostKey.trim().split(/\s+/);
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    "UserKnownHostsFile=none",
    "GlobalKnownHostsFile=none",
    ...(type && key ? [`KnownHostsCommand=/bin/echo * ${type} ${key}`] : []),
    ...(privateKeyFile ? [`IdentityFile=${path(privateKeyFile)}`, "IdentitiesOnly=yes"] : []),
    ...(agent ? [`IdentityAgent=${path(agent)}`] : []),
    ...(jump ? [`ProxyCommand=${proxyCommand(jump)}`] : []),
  ];
  return options.flatMap((option) => ["-o", option]);
}

/** ssh takes an option apart at white space, and fills in what follows a percent sign. */
const path = (name: string) => `"${name.replaceAll("%", "%%")}"`;

/** ssh hands it to a shell after it filled %h and %p in. */
function proxyCommand(jump: Connection): string {
  const { user, host, port = 22 } = jump;
  const words = ["ssh", ...sshOptions(jump), "-p", String(port), "-l", user];
  return `${quote(words).replaceAll("%", "%%")} -W '[%h]:%p' ${quote([host])}`;
}
