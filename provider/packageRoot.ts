import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The directory of this package's package.json, from where its assets are named, whether compiled or packed. */
export const packageRoot: string = (() => {
  for (let directory = __dirname; ; directory = dirname(directory))
    if (existsSync(join(directory, "package.json"))) return directory;
})();
