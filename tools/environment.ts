import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheDirectory } from "../provider/directories";
import { packageRoot } from "../provider/packageRoot";
import { pulumiDirectory } from "./pulumiCli";

/**
 * What Pulumi runs with here: the CLI and Node.js 24 first on PATH, and the quickstart's state in the cache, so that
 * nothing of it mixes with a user's own Pulumi.
 */
export function pulumiEnvironment(stateDirectory = join(cacheDirectory(), "quickstart", "state")): NodeJS.ProcessEnv {
  const cli = pulumiDirectory();
  if (!cli) throw new Error("there is no Pulumi CLI: run npm start");
  mkdirSync(stateDirectory, { recursive: true });
  return {
    ...process.env,
    PATH: [join(packageRoot, "node_modules", ".bin"), cli, process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: `file://${stateDirectory}`,
    PULUMI_CONFIG_PASSPHRASE: "", // the quickstart has no secrets
    PULUMI_HOME: join(cacheDirectory(), "pulumi", "home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
