import type { Case } from "./case";

const versions: Readonly<Record<string, readonly string[]>> = {
  fcos: ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0-experimental"],
  openshift: ["4.8.0", "4.10.0", "4.14.0", "4.16.0", "4.18.0", "4.20.0", "4.22.0", "4.23.0-experimental"],
  r4e: ["1.0.0", "1.1.0", "1.2.0-experimental"],
  fiot: ["1.0.0", "1.1.0-experimental"],
  flatcar: ["1.0.0", "1.1.0", "1.2.0-experimental"],
};

const sections: Readonly<Record<string, string>> = {
  empty: "",
  users: `passwd:
  users:
    - name: core
      ssh_authorized_keys: [ssh-ed25519 AAAA a]
      password_hash: $y$a
  groups:
    - name: team
`,
  files: `storage:
  files:
    - path: /etc/hostname
      mode: 0644
      contents: {inline: node1}
    - path: /etc/decimal
      mode: 644
      contents: {inline: a}
    - path: /etc/long
      contents:
        inline: "${"abcdefgh".repeat(60)}"
    - path: /etc/remote
      contents: {source: "https://a/b", verification: {hash: sha512-${"ab".repeat(64)}}}
  directories:
    - path: /etc/d
      mode: 0755
  links:
    - path: /etc/l
      target: /etc/d
`,
  local: `storage:
  files:
    - path: /etc/a
      contents: {local: inside.txt}
  trees:
    - local: tree
      path: /etc/tree
`,
  "local outside": `storage:
  files:
    - path: /etc/a
      contents: {local: ../outside.txt}
`,
  "local that is missing": `storage:
  files:
    - path: /etc/a
      contents: {local: missing.txt}
`,
  "two sources": `storage:
  files:
    - path: /etc/a
      contents: {inline: a, source: "data:,b"}
`,
  mounts: `storage:
  disks:
    - device: /dev/vda
      wipe_table: true
      partitions:
        - label: var
          number: 1
          size_mib: 0
  filesystems:
    - device: /dev/disk/by-partlabel/var
      path: /var
      format: xfs
      wipe_filesystem: false
      with_mount_unit: true
`,
  "mount without a path": `storage:
  filesystems:
    - device: /dev/a
      format: xfs
      with_mount_unit: true
`,
  luks: `storage:
  luks:
    - name: data
      device: /dev/a
      clevis: {tpm2: true}
`,
  units: `systemd:
  units:
    - name: a.service
      enabled: true
      contents: |
        [Service]
        ExecStart=/bin/true
      dropins:
        - name: b.conf
          contents: "[Service]"
`,
  "boot device": `boot_device:
  layout: x86_64
  mirror:
    devices: [/dev/a, /dev/b]
`,
  grub: `grub:
  users:
    - name: root
      password_hash: grub.pbkdf2.sha512.a
`,
  "kernel arguments": `kernel_arguments:
  should_exist: [a=b]
  should_not_exist: [c]
`,
  metadata: `metadata:
  name: 99-a
  labels:
    machineconfiguration.openshift.io/role: worker
openshift:
  kernel_arguments: [a]
  fips: true
`,
  "unknown keys": `storag: {}
storage:
  files:
    - pth: /a
      path: /etc/a
`,
  "wrong types": `storage:
  files: 7
passwd: []
`,
  ignition: `ignition:
  config:
    merge:
      - source: http://a/b
      - inline: '{"ignition": {"version": "3.0.0"}}'
  proxy: {http_proxy: "http://p"}
`,
};

const broken = [
  "",
  "a: [",
  "- a\n- b\n",
  "\tvariant: fcos",
  "variant: fcos",
  "version: 1.5.0",
  "variant: fcos\nversion: 1.5",
  "variant: fcos\nversion: 9.9.9",
  "variant: rhcos\nversion: 0.1.0",
  "variant: nobody\nversion: 1.0.0",
  "variant: fcos\nversion: 1.5.0\nvariant: fcos",
  "variant: &a fcos\nversion: 1.5.0\nx: *a\ny: *b",
  '{"variant": "fcos", "version": "1.5.0"}',
  "variant: fcos\nversion: 1.5.0\n---\nvariant: fcos\n",
  "\u0001",
];

export function butaneCorpus(): Case[] {
  const combined = Object.entries(versions).flatMap(([variant, known]) =>
    known.flatMap((version) =>
      Object.entries(sections).map(([name, section]) => ({
        tool: "butane" as const,
        name: `${variant} ${version} ${name}`,
        text: `variant: ${variant}\nversion: ${version}\n${section}`,
      })),
    ),
  );
  return [...combined, ...broken.map((text, index) => ({ tool: "butane" as const, name: `broken ${index}`, text }))];
}
