import type { Case } from "./case";

const specs = ["3.0.0", "3.1.0", "3.2.0", "3.3.0", "3.4.0", "3.5.0", "3.6.0", "3.7.0-experimental"];

const sha512 = `sha512-${"ab".repeat(64)}`;
const sha256 = `sha256-${"cd".repeat(32)}`;
const service = "[Unit]\nDescription=a\n[Service]\nExecStart=/bin/true\n";

/** Sections of a config, good ones and such as Ignition has something to say about, whatever the spec. */
const sections: Readonly<Record<string, object>> = {
  empty: {},
  merge: { ignition: { config: { merge: [{ source: "http://a/b.ign", verification: { hash: sha512 } }] } } },
  "merge without source": { ignition: { config: { merge: [{ verification: { hash: sha512 } }] } } },
  "merge of the same twice": { ignition: { config: { merge: [{ source: "http://a/b" }, { source: "http://a/b" }] } } },
  replace: {
    ignition: { config: { replace: { source: "https://a/b.ign", httpHeaders: [{ name: "X", value: "y" }] } } },
  },
  "replace with an unknown scheme": { ignition: { config: { replace: { source: "gopher://a/b.ign" } } } },
  timeouts: { ignition: { timeouts: { httpResponseHeaders: 10, httpTotal: 0 } } },
  "certificate authority": {
    ignition: {
      security: { tls: { certificateAuthorities: [{ source: "data:,pem" }, { source: "https://a/ca.pem" }] } },
    },
  },
  "certificate authority twice": {
    ignition: { security: { tls: { certificateAuthorities: [{ source: "data:,pem" }, { source: "data:,pem" }] } } },
  },
  proxy: { ignition: { proxy: { httpProxy: "http://p:3128", httpsProxy: "https://p", noProxy: ["10.0.0.0/8"] } } },
  "proxy that is none": { ignition: { proxy: { httpProxy: "ftp://p", httpsProxy: "http://p" } } },
  users: {
    passwd: {
      users: [
        { name: "core", sshAuthorizedKeys: ["ssh-ed25519 AAAA a"], groups: ["wheel"], passwordHash: "$y$j9T$a" },
        {
          name: "bob",
          uid: 1001,
          homeDir: "/var/home/bob",
          shell: "/bin/sh",
          noCreateHome: true,
          primaryGroup: "users",
        },
        { name: "gone", shouldExist: false },
      ],
      groups: [
        { name: "team", gid: 2000, system: false },
        { name: "old", shouldExist: false },
      ],
    },
  },
  "user twice": { passwd: { users: [{ name: "a" }, { name: "a" }], groups: [{ name: "a" }, { name: "a" }] } },
  "user without a name": { passwd: { users: [{ uid: 7 }] } },
  "key twice": { passwd: { users: [{ name: "a", sshAuthorizedKeys: ["k", "k"] }] } },
  file: {
    storage: {
      files: [
        {
          path: "/etc/a",
          mode: 420,
          overwrite: true,
          contents: { source: "data:,hello%20world", verification: { hash: sha512 } },
        },
        { path: "/etc/b", contents: { source: "https://a/b.gz", compression: "gzip", verification: { hash: sha256 } } },
        {
          path: "/etc/c",
          user: { id: 0 },
          group: { name: "wheel" },
          append: [{ source: "data:,x" }, { source: "data:,x" }],
        },
      ],
    },
  },
  "file with a relative path": { storage: { files: [{ path: "etc/a" }] } },
  "file with an unclean path": {
    storage: { files: [{ path: "/etc//a" }, { path: "/etc/../b" }, { path: "/etc/c/" }] },
  },
  "file with a mode out of range": {
    storage: {
      files: [
        { path: "/a", mode: 4096 },
        { path: "/b", mode: -1 },
      ],
    },
  },
  "file with special mode bits": { storage: { files: [{ path: "/a", mode: 0o4755, contents: { source: "data:," } }] } },
  "file with both id and name": {
    storage: { files: [{ path: "/a", user: { id: 1, name: "a" }, group: { id: 1, name: "b" } }] },
  },
  "file to be overwritten by nothing": { storage: { files: [{ path: "/a", overwrite: true }] } },
  "file with an unknown compression": {
    storage: { files: [{ path: "/a", contents: { source: "data:,", compression: "xz" } }] },
  },
  "file with a bad hash": {
    storage: { files: [{ path: "/a", contents: { source: "data:,", verification: { hash: "sha512-12" } } }] },
  },
  "file with an unknown hash": {
    storage: { files: [{ path: "/a", contents: { source: "data:,", verification: { hash: "md5-12" } } }] },
  },
  "file with a hash of nothing": { storage: { files: [{ path: "/a", contents: { verification: { hash: sha512 } } }] } },
  "file with a bad data URL": { storage: { files: [{ path: "/a", contents: { source: "data:;base64,@@@" } }] } },
  "file with a bad URL": { storage: { files: [{ path: "/a", contents: { source: "http://[::1" } }] } },
  "file from everywhere": {
    storage: {
      files: [
        "tftp://a/b",
        "s3://bucket/key",
        "gs://bucket/object",
        "arn:aws:s3:::bucket/key",
        "oem:///a",
        "http://a/b?c=d",
      ].map((source, index) => ({ path: `/etc/${index}`, contents: { source } })),
    },
  },
  "headers without http": {
    storage: { files: [{ path: "/a", contents: { source: "tftp://a/b", httpHeaders: [{ name: "A", value: "b" }] } }] },
  },
  "headers twice and empty": {
    storage: {
      files: [
        {
          path: "/a",
          contents: { source: "http://a/b", httpHeaders: [{ name: "A", value: "b" }, { name: "A" }, { name: "" }] },
        },
      ],
    },
  },
  "gzip from s3": { storage: { files: [{ path: "/a", contents: { source: "s3://b/k", compression: "gzip" } }] } },
  "s3 version": { storage: { files: [{ path: "/a", contents: { source: "s3://b/k?versionId=" } }] } },
  directory: {
    storage: {
      directories: [
        { path: "/etc/d", mode: 493, user: { name: "core" } },
        { path: "/var/e", overwrite: true },
      ],
    },
  },
  link: {
    storage: {
      links: [
        { path: "/etc/l", target: "../a" },
        { path: "/etc/h", target: "/etc/x", hard: true },
      ],
    },
  },
  "link without a target": { storage: { links: [{ path: "/etc/l" }] } },
  "hard link with an owner": {
    storage: { links: [{ path: "/etc/h", target: "/etc/x", hard: true, user: { id: 3 } }] },
  },
  "hard link to a directory": {
    storage: { directories: [{ path: "/etc/x" }], links: [{ path: "/etc/h", target: "/etc/x", hard: true }] },
  },
  "paths that meet": {
    storage: {
      files: [{ path: "/etc/x/y" }, { path: "/etc/z" }],
      directories: [{ path: "/etc/z" }],
      links: [
        { path: "/etc/x", target: "/a" },
        { path: "/etc/z", target: "/b" },
      ],
    },
  },
  "file in the place of a unit": {
    storage: { files: [{ path: "/etc/systemd/system/a.service" }, { path: "/etc/systemd/system/a.service.d/b.conf" }] },
    systemd: {
      units: [{ name: "a.service", contents: service, dropins: [{ name: "b.conf", contents: "[Service]\n" }] }],
    },
  },
  disk: {
    storage: {
      disks: [
        {
          device: "/dev/vda",
          wipeTable: true,
          partitions: [
            { label: "a", number: 1, sizeMiB: 100, startMiB: 0, typeGuid: "0FC63DAF-8483-4772-8E79-3D69D8477DE4" },
            { label: "b", number: 2, guid: "5B6B3BE7-2A3D-4E3A-9F2C-0A7C1F9C1F5C", wipePartitionEntry: true },
          ],
        },
      ],
    },
  },
  "disk without a device": { storage: { disks: [{ wipeTable: true }] } },
  "disk with a relative device": { storage: { disks: [{ device: "vda" }] } },
  "disk twice": { storage: { disks: [{ device: "/dev/a" }, { device: "/dev/a" }] } },
  "partitions that clash": {
    storage: {
      disks: [
        {
          device: "/dev/a",
          partitions: [
            { number: 1, startMiB: 1, sizeMiB: 100 },
            { number: 1, startMiB: 50, sizeMiB: 100 },
            { number: 3, label: "x" },
            { number: 4, label: "x" },
          ],
        },
      ],
    },
  },
  "partitions that overlap": {
    storage: {
      disks: [
        {
          device: "/dev/a",
          partitions: [
            { number: 1, startMiB: 1, sizeMiB: 100 },
            { number: 2, startMiB: 50, sizeMiB: 9 },
          ],
        },
      ],
    },
  },
  "partitions that can't be": {
    storage: {
      disks: [
        {
          device: "/dev/a",
          partitions: [
            {},
            { number: -1 },
            { number: 2, label: "a:b" },
            { number: 3, label: "a".repeat(40) },
            { number: 4, guid: "nonsense", typeGuid: "0" },
            { number: 5, shouldExist: false, label: "gone" },
            { number: 6, resize: true },
            { number: 7, resize: true, sizeMiB: 0 },
          ],
        },
      ],
    },
  },
  raid: {
    storage: { raid: [{ name: "md0", level: "raid1", devices: ["/dev/a", "/dev/b"], spares: 1, options: ["--x"] }] },
  },
  "raid without devices": {
    storage: {
      raid: [
        { name: "md0", level: "raid1" },
        { name: "md1", level: "raid7", devices: ["/dev/a"] },
      ],
    },
  },
  "raid with spares it can't use": {
    storage: {
      raid: [
        { name: "a", level: "linear", devices: ["/dev/a"], spares: 1 },
        { name: "a", level: "stripe", devices: ["x"] },
      ],
    },
  },
  filesystem: {
    storage: {
      filesystems: [
        {
          device: "/dev/a",
          format: "ext4",
          path: "/var",
          label: "var",
          uuid: "1f6bd4b8-8b8a-4ac1-a0c3-1c1d6f6c3a0b",
          options: ["-K"],
        },
        { device: "/dev/b", format: "swap" },
        { device: "/dev/c", format: "vfat", wipeFilesystem: true, mountOptions: ["noatime"], path: "/var/c" },
        { device: "/dev/d", format: "none" },
      ],
    },
  },
  "filesystem without a format": {
    storage: { filesystems: [{ device: "/dev/a", path: "/var" }, { device: "/dev/b" }] },
  },
  "filesystem of an unknown format": { storage: { filesystems: [{ device: "/dev/a", format: "zfs" }] } },
  "filesystem with long labels": {
    storage: {
      filesystems: ["ext4", "xfs", "vfat", "swap", "btrfs", "none"].map((format, index) => ({
        device: `/dev/${index}`,
        format,
        label: "l".repeat(17),
      })),
    },
  },
  "filesystem on a partitioned disk": {
    storage: {
      disks: [{ device: "/dev/a", partitions: [{ number: 1 }] }],
      filesystems: [{ device: "/dev/a", format: "xfs" }],
    },
  },
  "filesystem reused on a wiped table": {
    storage: {
      disks: [{ device: "/dev/a", wipeTable: true, partitions: [{ number: 1, label: "v" }] }],
      filesystems: [{ device: "/dev/disk/by-partlabel/v", format: "xfs", path: "/var", wipeFilesystem: false }],
    },
  },
  luks: {
    storage: {
      luks: [
        {
          name: "data",
          device: "/dev/a",
          keyFile: { source: "data:,key" },
          label: "l",
          wipeVolume: true,
          options: ["-c", "aes"],
        },
        { name: "tpm", device: "/dev/b", clevis: { tpm2: true, threshold: 1 } },
        {
          name: "tang",
          device: "/dev/c",
          clevis: { tang: [{ url: "https://t", thumbprint: "x", advertisement: "{}" }] },
        },
        { name: "more", device: "/dev/d", discard: true, openOptions: ["--perf-no_read_workqueue"] },
        { name: "cex", device: "/dev/e", cex: { enabled: true } },
      ],
    },
  },
  "luks that can't be": {
    storage: {
      luks: [
        { name: "a/b", device: "/dev/a" },
        { name: "", device: "/dev/a" },
        { name: "c" },
        {
          name: "d",
          device: "/dev/d",
          label: "l".repeat(50),
          keyFile: { source: "data:,k", verification: { hash: "x-1" } },
        },
        { name: "e", device: "/dev/e", clevis: { custom: { pin: "nope", config: "c" }, tpm2: true } },
        { name: "f", device: "/dev/f", clevis: { custom: { pin: "tang" } } },
        { name: "g", device: "/dev/g", clevis: { tang: [{ url: "ftp://t" }, { url: "http://t", thumbprint: "" }] } },
        { name: "h", device: "/dev/h", cex: { enabled: true }, clevis: { tpm2: true }, keyFile: { source: "data:,k" } },
      ],
    },
  },
  units: {
    systemd: {
      units: [
        { name: "a.service", enabled: true, contents: `${service}[Install]\nWantedBy=multi-user.target\n` },
        { name: "b.timer", mask: true },
        { name: "c@.service", contents: service, dropins: [{ name: "10.conf", contents: "[Service]\nRestart=no\n" }] },
        { name: "d.mount", enabled: false },
      ],
    },
  },
  "enabled unit without an install section": {
    systemd: { units: [{ name: "a.service", enabled: true, contents: service }] },
  },
  "enabled instance of a template": {
    systemd: {
      units: [
        { name: "a@.service", contents: service },
        { name: "a@x.service", enabled: true },
      ],
    },
  },
  "unit without a suffix": { systemd: { units: [{ name: "a" }, { name: "b.unit" }] } },
  "unit twice": { systemd: { units: [{ name: "a.service" }, { name: "a.service" }] } },
  "unit that doesn't parse": {
    systemd: {
      units: [
        { name: "a.service", contents: "[Unit\nx" },
        { name: "b.service", contents: "x=y" },
      ],
    },
  },
  "drop-in that isn't": {
    systemd: {
      units: [{ name: "a.service", dropins: [{ name: "x" }, { name: "y.conf", contents: "[" }, { name: "y.conf" }] }],
    },
  },
  "kernel arguments": { kernelArguments: { shouldExist: ["a", "b=c"], shouldNotExist: ["d"] } },
  "kernel arguments that contradict": { kernelArguments: { shouldExist: ["a", "a"], shouldNotExist: ["a"] } },
  "unknown keys": { storage: { fils: [], files: [{ path: "/a", moed: 1, contents: { src: "data:," } }] }, systmd: {} },
  "wrong types": { storage: { files: {}, disks: "x" }, passwd: [] },
  "null everywhere": {
    storage: null,
    systemd: { units: null },
    passwd: { users: [{ name: "a", uid: null, groups: null }] },
  },
};

export function ignitionCorpus(): Case[] {
  const combined = specs.flatMap((version) =>
    Object.entries(sections).map(([name, section]) => {
      const { ignition, ...rest } = section as { ignition?: object };
      const config = { ignition: { version, ...ignition }, ...rest };
      // Both on one line and spread out: the report names lines and columns.
      const text = JSON.stringify(config, undefined, name.length % 2 === 0 ? 2 : undefined);
      return { tool: "validate" as const, name: `${version} ${name}`, text };
    }),
  );
  return [...combined, ...broken.map((text, index) => ({ tool: "validate" as const, name: `broken ${index}`, text }))];
}

/** What is hardly a config at all. */
const broken = [
  "",
  " ",
  "{",
  "{}",
  "[]",
  "null",
  "7",
  '"text"',
  "{]",
  '{"ignition": {"version": "3.4.0"},}',
  '{"ignition": {"version": "3.4.0"}} trailing',
  '{"ignition": {}}',
  '{"ignition": {"version": ""}}',
  '{"ignition": {"version": 3}}',
  '{"ignition": {"version": "3.4"}}',
  '{"ignition": {"version": "2.2.0"}}',
  '{"ignition": {"version": "3.8.0"}}',
  '{"ignition": {"version": "4.0.0"}}',
  '{"ignition": {"version": "3.4.0-experimental"}}',
  '{"ignition": {"version": "3.4.0+build"}}',
  '{"ignition": {"version": "v3.4.0"}}',
  '{"Ignition": {"Version": "3.4.0"}}',
  '{"ignition": {"version": "3.4.0", "version": "3.3.0"}}',
  '{"ignition": {"version": "3.4.0"}, "__proto__": {"a": 1}, "constructor": {}}',
  '\ufeff{"ignition": {"version": "3.4.0"}}',
  '{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/\\u00e4\\ud800"}]}}',
  '{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/a", "mode": 1e400}]}}',
  '{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/a", "mode": 420.5}]}}',
  '{"ignition": {"version": "3.4.0"}, "storage": {"files": [{"path": "/a", "mode": 99999999999999999999}]}}',
  `${"[".repeat(11000)}`,
  `{"ignition": {"version": "3.4.0"}, "x": ${"[".repeat(3000)}${"]".repeat(3000)}}`,
  "variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: etc/a\n",
  "variant: fcos\nversion: 1.5.0\nstorag: {}\n",
  "variant: nobody\nversion: 1.5.0\n",
  "\u0001\u0002\u0003",
];
