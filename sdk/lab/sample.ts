import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { samplePaths } from "../../provider/lab/sample/paths";
import type { SampleStream } from "../../provider/lab/sample/recipe";
import type { FcosReleaseArgs } from "../fcosRelease";

/**
 * The small sample release that the lab's machines boot in 384 MiB, published as a genuine stream on this machine and signed
 * with a key made for the lab: `new FcosRelease("sample", { server, ...lab.sampleStream("stable") })`. "next" is a newer
 * version, "legacy" one in the layout of early 2020, whose rootfs lies inside the initramfs.
 */
export function sampleStream(stream: SampleStream): Pick<FcosReleaseArgs, "stream" | "metadataUrl" | "trustedKeys"> {
  const { streams, publicKey } = samplePaths();
  return {
    stream,
    metadataUrl: pathToFileURL(streams[stream]).href,
    trustedKeys: [readFileSync(publicKey, "utf8")],
  };
}
