import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { localHost } from "../../provider/hosts/local";
import { type ArchivedFile, cpioArchive } from "../../provider/initrd/cpio";
import { readInitramfs } from "../../provider/releases/initramfs";
import { check } from "../../provider/resources/fcosRelease";

const chunkBytes = 2 << 20;

/** A rootfs of that many bytes, and what an initramfs says of the one that it wants (rdcore stream-hash). */
function rootfsOf(text: string, bytes = 2.5 * chunkBytes) {
  const content = Buffer.alloc(bytes, text);
  const digests = [];
  for (let at = 0; at < bytes; at += chunkBytes)
    digests.push(
      createHash("sha256")
        .update(content.subarray(at, at + chunkBytes))
        .digest("hex"),
    );
  return { content, wanted: [`stream-hash sha256 ${chunkBytes}`, ...digests, ""].join("\n") };
}

const stamps = (build: string, wanted?: string): ArchivedFile[] => [
  { path: "etc/coreos-live-initramfs", content: `${build}\n` },
  ...(wanted ? [{ path: "etc/coreos-live-want-rootfs", content: wanted }] : []),
];
const driver: ArchivedFile = { path: "usr/lib/modules/driver.ko", content: Buffer.alloc(3_000_001, "driver") };
const padded = (bytes: Buffer, to = 512) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & (to - 1))]);

describe("files of the user's own as a release", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "given-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const write = async (name: string, content: string | Buffer) => {
    const path = join(directory, name);
    await writeFile(path, content);
    return { location: path };
  };
  const site = () => ({ directory, url: "http://10.0.0.2" });
  const checked = (args: object) =>
    check({}, { site: site(), version: "43.zfs.1", verification: "sha256", ...args } as never) as Promise<{
      inputs: { ref: string; published: { kernel: { sha256: string } }; needs: { memoryMiB: number } };
      failures?: { property: string; reason: string }[];
    }>;
  const failure = async (args: object) => (await checked(args)).failures?.map(({ reason }) => reason).join("; ") ?? "";

  describe("their initramfs", () => {
    const { wanted } = rootfsOf("rootfs");
    for (const [form, bytes] of Object.entries({
      plain: padded(cpioArchive([driver, ...stamps("b1", wanted)])),
      "gzip behind a plain one": Buffer.concat([
        padded(cpioArchive([{ path: "kernel/x86/microcode/AuthenticAMD.bin", content: "microcode" }])),
        gzipSync(padded(cpioArchive([driver, ...stamps("b1", wanted)]))),
      ]),
      "plain behind gzip with a file name": Buffer.concat([
        Buffer.concat([
          Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
          Buffer.from("initrd\0"),
          gzipSync(padded(cpioArchive([driver]))).subarray(10),
        ]),
        Buffer.alloc(3),
        cpioArchive(stamps("b1", wanted)),
      ]),
      "zstd, then gzip without padding": Buffer.concat([
        zstdCompressSync(padded(cpioArchive([driver]))),
        gzipSync(cpioArchive(stamps("b1", wanted))),
      ]),
      "zstd, then padding, then plain": Buffer.concat([
        padded(zstdCompressSync(cpioArchive([driver])), 8192),
        cpioArchive(stamps("b1", wanted)),
      ]),
    }))
      it(`is read where it is ${form}`, async () => {
        const { location } = await write("initramfs", bytes);
        assert.deepEqual(await readInitramfs(localHost(), location), { build: "b1", wantRootfs: wanted.trim() });
      });

    it("says nothing where it is no archive", async () => {
      const { location } = await write("initramfs", "just a text\n");
      assert.deepEqual(await readInitramfs(localHost(), location), {});
    });
  });

  it("are known by their digests in the preview", async () => {
    const { content, wanted } = rootfsOf("rootfs");
    const { inputs, failures } = await checked({
      artifacts: {
        kernel: await write("kernel", "kernel"),
        initramfs: await write("initramfs", cpioArchive(stamps("b1", wanted))),
        rootfs: await write("rootfs", content),
      },
    });
    assert.deepEqual(failures ?? [], []);
    assert.match(inputs.ref, /^custom 43\.zfs\.1 x86_64 sha256:/);
    assert.equal(inputs.published.kernel.sha256, createHash("sha256").update("kernel").digest("hex"));
    assert.equal(inputs.needs.memoryMiB, 2048);
  });

  it("are refused where the initramfs wants another rootfs", async () => {
    const kernel = await write("kernel", "kernel");
    const initramfs = await write("initramfs", cpioArchive(stamps("b1", rootfsOf("rootfs").wanted)));
    const others = { other: rootfsOf("another").content, longer: rootfsOf("rootfs", 3.5 * chunkBytes).content };
    assert.match(
      await failure({ artifacts: { kernel, initramfs, rootfs: await write("rootfs", others.other) } }),
      /^artifacts are no set: the initramfs of build b1 wants another rootfs: chunk 1 of 3 /,
    );
    assert.match(
      await failure({ artifacts: { kernel, initramfs, rootfs: await write("rootfs", others.longer) } }),
      /one of 3 chunks of 2097152 bytes, this one has 4$/,
    );
    assert.match(
      await failure({ artifacts: { kernel, initramfs } }),
      /wants a rootfs by the network, and there is none$/,
    );
  });

  it("may have the rootfs inside the initramfs, of the same build", async () => {
    const kernel = await write("kernel", "kernel");
    const inside = (build: string) =>
      Buffer.concat([cpioArchive(stamps("b1")), cpioArchive([{ path: "etc/coreos-live-rootfs", content: build }])]);
    assert.equal(await failure({ artifacts: { kernel, initramfs: await write("same", inside("b1")) } }), "");
    assert.match(
      await failure({ artifacts: { kernel, initramfs: await write("other", inside("b2")) } }),
      /the rootfs inside the initramfs is of build b2, the initramfs itself of b1$/,
    );
  });

  it("are refused by their property where one can't be had, isn't what it is said to be, or is not pinned", async () => {
    const [kernel, initramfs] = [await write("kernel", "kernel"), await write("initramfs", "initramfs")];
    const sha256 = "0".repeat(64);
    const url = "https://example.org/kernel";
    for (const [artifacts, reason] of [
      [
        { kernel: { location: join(directory, "gone") }, initramfs },
        /^artifacts\.kernel\.location can't be read: ENOENT/,
      ],
      [
        { kernel: { ...kernel, sha256 }, initramfs },
        /^artifacts\.kernel\.sha256 must be that of .*, which is [0-9a-f]{64}$/,
      ],
      [
        { kernel: { location: url }, initramfs },
        /^artifacts\.kernel\.sha256 is required for a file that is fetched: https:/,
      ],
      [
        { kernel: { location: "ftp://x/y" }, initramfs },
        /^artifacts\.kernel\.location must be an http or https URL, or a path/,
      ],
      [{ kernel }, /^artifacts\.initramfs is required$/],
    ] as const)
      assert.match(await failure({ artifacts }), reason);
    const artifacts = { kernel, initramfs };
    assert.match(await failure({ artifacts, hold: true }), /^hold must not be given with artifacts/);
    assert.match(await failure({ artifacts, version: undefined }), /^version is required with artifacts/);
    assert.match(
      await failure({ artifacts, verification: undefined }),
      /published without a signature: give verification/,
    );
  });
});
