/** The kernel argument that tells a machine where to report; its value is the URL that {@link reportPath} ends. */
export const reportArgument = "fcos-pxe.report";

/** Where under the server's URL a machine reports: which machine, and the boot digest that was declared for it. */
export const reportPath = (machine: string, bootDigest: string) => `/booted/${machine}/${bootDigest}`;

/**
 * The unit that tells the server that a machine came up. Everything that differs between machines comes from the kernel
 * command line, so that thousands of machines share one Ignition config. It is retried until the server took it: a
 * report that is lost would leave a healthy machine counted as failed. The server is on the machine's own network, where no
 * proxy leads that the config may name.
 */
export const phoneHomeUnit = {
  name: "fcos-pxe-report.service",
  enabled: true,
  contents: `[Unit]
Description=Report this boot to the PXE server
Wants=network-online.target
After=network-online.target
ConditionKernelCommandLine=${reportArgument}
StartLimitIntervalSec=0

[Service]
Type=oneshot
RemainAfterExit=yes
Restart=on-failure
RestartSec=2
EnvironmentFile=-/etc/os-release
ExecStart=/bin/sh -c 'for word in $(cat /proc/cmdline); do case $word in ${reportArgument}=*) url=$\${word#*=} ;; BOOTIF=*) mac=$\${word#BOOTIF=01-} ;; esac; done; \\
  read up idle < /proc/uptime; read boot < /proc/sys/kernel/random/boot_id; \\
  exec curl --fail --silent --show-error --noproxy "*" --max-time 20 --request POST --data "" "$url?version=$\${OSTREE_VERSION}&uptime=$up&boot=$boot&mac=$mac"'

[Install]
WantedBy=multi-user.target
`,
};
