import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../provider/hosts/connection";
import { sshOptions } from "../provider/hosts/sshProgram";
import { quote } from "../provider/hosts/sshQuote";
import { packageRoot } from "../provider/packageRoot";

/** Installs what a server runs, by @pulumi/command: once, and again when what is to be installed changed. */
export function prepareHost(
  name: string,
  connection: pulumi.Output<Connection> | undefined,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  // loaded where it is used: it takes half a second
  const command = require("@pulumi/command") as typeof import("@pulumi/command");
  const script = readFileSync(join(packageRoot, "provider/services/assets/prepare.sh"), "utf8");
  const how = pulumi.output(connection).apply(prepareCommand);
  return new command.local.Command(
    `${name}-prepare`,
    {
      create: how.create,
      environment: how.environment,
      stdin: script,
      triggers: [createHash("sha256").update(script).digest("hex")],
      logging: command.local.Logging.StdoutAndStderr,
    },
    opts,
  );
}

/** The command line that feeds its input to a root shell on the server, and the keys that it takes from its environment. */
export function prepareCommand(connection: Connection | undefined): {
  create: string;
  environment: Record<string, string>;
} {
  if (!connection) return { create: 'if [ "$(id -u)" = 0 ]; then sh -s; else sudo -n sh -s; fi', environment: {} };
  const { host, port = 22, user, sudo = user !== "root", jump } = connection;
  const shell = sudo ? "sudo -n sh -s" : "sh -s";
  const ssh = quote(["ssh", ...sshOptions(connection), "-p", String(port), "-l", user, "--", host, shell]);
  const keys = [connection, jump].flatMap((hop) => (hop?.privateKey ? [hop.privateKey] : []));
  if (keys.length === 0) return { create: ssh, environment: {} };
  const environment = Object.fromEntries(keys.map((key, index) => [`FCOS_PXE_KEY_${index}`, key]));
  const adds = Object.keys(environment).map((variable) => `printenv ${variable} | ssh-add -q - && `);
  return { create: quote(["ssh-agent", "sh", "-c", `${adds.join("")}exec ${ssh}`]), environment };
}
