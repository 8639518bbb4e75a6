import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { samplePaths } from "../../provider/lab/sample/paths";

/** Small files in the places of the sample's artifacts, each with its own content. */
export async function layOut(root: string): Promise<void> {
  for (const artifacts of Object.values(samplePaths(root).artifacts))
    for (const path of Object.values(artifacts) as string[]) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `content of ${path}`);
    }
}
