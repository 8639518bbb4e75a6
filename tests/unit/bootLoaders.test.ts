import assert from "node:assert/strict";
import type { BootEntry } from "../../provider/boot/entry";
import { grubConfig } from "../../provider/boot/grub";
import { ipxeScript } from "../../provider/boot/ipxe";
import { kernelArgumentProblem } from "../../provider/boot/kernelArguments";
import { bootConfigs } from "../../provider/boot/loaders";
import { parmFile } from "../../provider/boot/parmFile";
import { pxelinuxConfig } from "../../provider/boot/pxelinux";

const entry: BootEntry = {
  owner: "Machine node1",
  identity: "52:54:00:44:00:01",
  kernel: "http://10.44.0.1/store/sha256/aa",
  initrds: ["http://10.44.0.1/store/sha256/bb", "http://10.44.0.1/store/sha256/cc"],
  kernelArguments: ["ip=dhcp", "rd.neednet=1", "console=ttyS0", "own=1;2|3&4#5$6"],
};
const overTftp = { ...entry, kernel: "/store/sha256/aa", initrds: ["/store/sha256/bb"] };
const site = { directory: "/srv/pxe", url: "http://10.44.0.1" };
const lineOf = (text: string, word: string) => text.split("\n").find((line) => line.trim().startsWith(word)) ?? text;

describe("one boot entry", () => {
  it("is a PXELINUX configuration, with the initramfs among the arguments and BOOTIF by PXELINUX itself", () => {
    const text = pxelinuxConfig(entry);
    assert.equal(
      lineOf(text, "APPEND"),
      "  APPEND ip=dhcp rd.neednet=1 initrd=http://10.44.0.1/store/sha256/bb,http://10.44.0.1/store/sha256/cc console=ttyS0 own=1;2|3&4#5$6",
    );
    assert.equal(lineOf(text, "IPAPPEND"), "  IPAPPEND 2");
    assert.equal(lineOf(pxelinuxConfig(overTftp), "KERNEL"), "  KERNEL /store/sha256/aa");
  });

  it("is an iPXE script whose kernel is told the name of every initramfs, in order", () => {
    const lines = ipxeScript(entry).split("\n");
    assert.equal(lines[0], "#!ipxe");
    assert.equal(
      lineOf(ipxeScript(entry), "kernel "),
      "kernel http://10.44.0.1/store/sha256/aa initrd=initrd0.img initrd=initrd1.img ip=dhcp rd.neednet=1 console=ttyS0 own=1;2|3&4#5$6 BOOTIF=01-52-54-00-44-00-01 || goto failed",
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith("initrd ")),
      [
        "initrd --name initrd0.img http://10.44.0.1/store/sha256/bb || goto failed",
        "initrd --name initrd1.img http://10.44.0.1/store/sha256/cc || goto failed",
      ],
    );
    assert.match(ipxeScript(overTftp), /^kernel tftp:\/\/\$\{next-server\}\/store\/sha256\/aa /m);
  });

  for (const [name, render, word] of [
    ["PXELINUX", pxelinuxConfig, "TIMEOUT"],
    ["iPXE", ipxeScript, "sleep"],
    ["GRUB", grubConfig, "sleep"],
  ] as const)
    it(`is tried again by ${name}, after a time that differs between the machines of a room`, () => {
      const waits = Array.from({ length: 16 }, (_, last) =>
        lineOf(render({ ...entry, identity: `52:54:00:44:00:0${last.toString(16)}` }), word),
      );
      assert.equal(new Set(waits).size, 16);
    });

  it("is a GRUB configuration in GRUB's own way to write places, every word quoted", () => {
    const args = `'ip=dhcp' 'rd.neednet=1' 'console=ttyS0' 'own=1;2|3&4#5$6' "BOOTIF=01-52-54-00-44-00-01"`;
    const far = (path: string) => `'(http,10.44.0.1)/store/sha256/${path}'`;
    assert.deepEqual(grubConfig(entry).split("\n").slice(5, 10), [
      `    if linux ${far("aa")} ${args}; then`,
      `      if initrd ${far("bb")} ${far("cc")}; then set loaded=yes; fi`,
      `    elif linux '/store/sha256/aa' ${args}; then`,
      "      if initrd '/store/sha256/bb' '/store/sha256/cc'; then set loaded=yes; fi",
      "    fi",
    ]);
    const port = { ...entry, kernel: "http://10.44.0.1:8080/store/sha256/aa" };
    assert.match(grubConfig(port), /'\(http,10\.44\.0\.1:8080\)\/store/);
  });

  it("is fetched by GRUB from where GRUB came from, where that is said to be TFTP", () => {
    assert.match(grubConfig(overTftp), / if initrd '\/store\/sha256\/bb'; then/);
    assert.doesNotMatch(grubConfig(overTftp), /http/);
  });

  it("is a parameter file of lines of 80 characters for s390x, which are the arguments when they are joined", () => {
    const long = { ...entry, kernelArguments: [...entry.kernelArguments, `own=${"x".repeat(200)}`] };
    const lines = parmFile(long).trimEnd().split("\n");
    assert.ok(lines.length > 2 && lines.every((line) => line.length <= 80));
    assert.equal(lines.join(""), long.kernelArguments.join(" "));
  });

  for (const [architecture, expected] of [
    [
      "x86_64",
      ["pxelinux.cfg/01-52-54-00-44-00-01", "ipxe/52-54-00-44-00-01.ipxe", "grub/grub.cfg-01-52-54-00-44-00-01"],
    ],
    ["aarch64", ["ipxe/52-54-00-44-00-01.ipxe", "grub/grub.cfg-01-52-54-00-44-00-01"]],
    ["ppc64le", ["pxelinux.cfg/01-52-54-00-44-00-01", "grub/grub.cfg-01-52-54-00-44-00-01"]],
    ["s390x", ["pxelinux.cfg/01-52-54-00-44-00-01", "parm/52-54-00-44-00-01.prm"]],
  ] as const)
    it(`has a file for every boot loader of ${architecture}`, () => {
      const paths = bootConfigs(site, overTftp, architecture).map(({ path }) => path.split("/").slice(-2).join("/"));
      assert.deepEqual(paths, expected);
    });

  for (const [identity, expected] of [
    [
      "uuid-4c4c4544-0051-3010-8054-c4c04f584b32",
      ["pxelinux.cfg/4c4c4544-0051-3010-8054-c4c04f584b32", "pxelinux.cfg/44454c4c-5100-1030-8054-c4c04f584b32"],
    ],
    ["serial-CZ1234567X", []],
  ] as const)
    it(`has none for a boot loader that doesn't know ${identity}, and leaves BOOTIF to the others`, () => {
      const configs = bootConfigs(site, { ...entry, identity }, "x86_64");
      assert.deepEqual(
        configs.map(({ path }) => path.split("/").slice(-2).join("/")),
        [...expected, `ipxe/${identity}.ipxe`, `grub/grub.cfg-${identity}`],
      );
      const [ipxe, grub] = configs.slice(-2).map(({ content }) => content);
      assert.ok(lineOf(ipxe!, "kernel ").includes(` BOOTIF=01-$\{netX/mac:hexhyp} `));
      assert.ok(lineOf(grub!, "if linux ").endsWith(` "BOOTIF=01-$own_address"; then`));
    });

  it("keeps to what Petitboot and s390-ccw read: INITRD in a line of its own, BOOTIF written out", () => {
    const [{ content } = { content: "" }] = bootConfigs(site, overTftp, "ppc64le");
    assert.equal(lineOf(content, "INITRD"), "  INITRD /store/sha256/bb");
    assert.match(lineOf(content, "APPEND"), / BOOTIF=01-52-54-00-44-00-01$/);
    assert.doesNotMatch(content, /IPAPPEND/);
  });
});

describe("a kernel argument that a boot loader would read as its own language", () => {
  for (const argument of [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
    "a=${net0/ip}",
    "||",
    "&&",
    ";",
    "#comment",
    "'",
    'a="b',
    "a\\b",
    "a b",
    "a\nboot",
    "a\tb",
    "ä=1",
  ])
    it(`is refused: ${JSON.stringify(argument)}`, () => assert.ok(kernelArgumentProblem(argument)));

  for (const argument of ["quiet", "a=$x", "a=1,2;3", "systemd.mask=x.service", "rd.znet=qeth,0.0.1,layer2=1", "--"])
    it(`is not: ${argument}`, () => assert.equal(kernelArgumentProblem(argument), undefined));
});
