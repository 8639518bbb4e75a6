import { type Host, mustRun } from "../hosts/host";
import type { InitramfsStamps } from "./initramfs";

/**
 * Why an initramfs would not take this rootfs; undefined where it would, or where it says nothing about it. It holds the
 * sha256 of each chunk of its rootfs (rdcore stream-hash), so a wrong one shows in the first chunk or in the number of chunks.
 */
export async function rootfsProblem(
  host: Host,
  stamps: InitramfsStamps,
  rootfs: string | undefined,
): Promise<string | undefined> {
  const { wantRootfs, build, appendedRootfs } = stamps;
  if (!rootfs) {
    if (appendedRootfs !== undefined && build !== undefined && appendedRootfs !== build)
      return `the rootfs inside the initramfs is of build ${appendedRootfs}, the initramfs itself of ${build}`;
    if (appendedRootfs === undefined && wantRootfs)
      return `the initramfs of build ${build ?? "unknown"} wants a rootfs by the network, and there is none`;
    return undefined;
  }
  if (!wantRootfs) return undefined;
  const [head = "", ...chunks] = wantRootfs.trim().split("\n");
  const bytes = Number(/^stream-hash sha256 (\d+)$/.exec(head)?.[1] ?? 0);
  if (bytes === 0) return undefined;
  const size = (await host.size(rootfs)) ?? 0;
  const wanted = `the initramfs of build ${build ?? "unknown"} wants another rootfs`;
  if (Math.ceil(size / bytes) !== chunks.length)
    return `${wanted}: one of ${chunks.length} chunks of ${bytes} bytes, this one has ${Math.ceil(size / bytes)}`;
  for (const index of [0, chunks.length - 1])
    if ((await chunkDigest(host, rootfs, index * bytes, bytes)) !== chunks[index])
      return `${wanted}: chunk ${index + 1} of ${chunks.length} has another sha256 than the one it lists`;
  return undefined;
}

/** By the host's own tools, which is where the bytes are. */
async function chunkDigest(host: Host, path: string, position: number, length: number): Promise<string> {
  const cut = 'tail --bytes="+$2" -- "$1" | head --bytes="$3" | sha256sum';
  const argv = ["sh", "-c", cut, "sh", path, String(position + 1), String(length)];
  return (await mustRun(host, argv)).split(" ")[0]!;
}
