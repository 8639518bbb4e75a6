import { buildIgnitionWasm } from "../provider/ignition/wasm/build";
import { buildSample } from "../provider/lab/sample";
import { requireDebianPackages } from "./debianPackages";
import { requireGo } from "./go";
import { packIntoNodeModules } from "./pack";
import { requirePulumi } from "./pulumiCli";

export const log = (line: string) => console.log(`set-up: ${line}`);

/** Makes everything that the lab, the quickstart and the tests need; what is there already is left as it is. */
export async function setUp(): Promise<void> {
  await requireDebianPackages(log);
  await requireGo();
  await requirePulumi(log);
  await buildIgnitionWasm({ log });
  await buildSample({ log });
  await packIntoNodeModules(log);
}
