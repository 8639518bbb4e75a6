import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheDirectory } from "../provider/directories";
import { main } from "./main";
import { forgetStack, pulumi, selectStack } from "./quickstart";

main(async () => {
  if (!existsSync(join(cacheDirectory(), "quickstart"))) {
    console.log("nothing is running");
    return 0;
  }
  await selectStack();
  const code = await pulumi("destroy", "--yes", "--skip-preview", "--non-interactive");
  if (code === 0) await forgetStack();
  return code;
});
