import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { localHost } from "../../provider/hosts/local";
import { samplePaths } from "../../provider/lab/sample";
import { readInitramfs } from "../../provider/releases/initramfs";
import { releaseIn } from "../../provider/releases/metadata";
import { rootfsProblem } from "../../provider/releases/rootfs";

/** On images with a real kernel's initramfs and a real rootfs. */
describe("the files of the sample releases", () => {
  const host = localHost();
  const filesOf = (stream: "stable" | "next" | "legacy") => {
    const path = samplePaths().streams[stream];
    const { initramfs, rootfs } = releaseIn(readFileSync(path, "utf8"), path, "x86_64");
    return { initramfs: fileURLToPath(initramfs.location), rootfs: rootfs && fileURLToPath(rootfs.location) };
  };

  for (const stream of ["stable", "next", "legacy"] as const)
    it(`belong together in ${stream}`, async () => {
      const { initramfs, rootfs } = filesOf(stream);
      const stamps = await readInitramfs(host, initramfs);
      assert.ok(stamps.build, "the initramfs names its build");
      assert.equal(await rootfsProblem(host, stamps, rootfs), undefined);
    });

  it("don't belong together where the rootfs is another release's", async () => {
    const stamps = await readInitramfs(host, filesOf("stable").initramfs);
    assert.match(
      (await rootfsProblem(host, stamps, filesOf("next").rootfs)) ?? "",
      /^the initramfs of build \S+ wants another/,
    );
    assert.match(
      (await rootfsProblem(host, stamps, undefined)) ?? "",
      /wants a rootfs by the network, and there is none$/,
    );
  });
});
