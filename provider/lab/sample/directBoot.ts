import { spawn } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { phoneHomeUnit, reportArgument } from "../../ignition/phoneHome";
import { accelerator } from "../accelerator";
import type { ArtifactPaths } from "./paths";

export interface DirectBoot {
  artifacts: ArtifactPaths;
  /** Memory of the guest in MiB. */
  memory?: number;
  /** The whole Ignition config; by default one with nothing but the phone-home unit. */
  ignition?: object;
  /** Kernel arguments besides those of every boot. */
  kernelArguments?: string[];
  /** More of QEMU's own arguments, disks for instance. */
  qemu?: string[];
  /** Gets each piece of the serial console's output. */
  console?: (text: string) => void;
  /** In seconds. */
  deadline?: number;
}

export interface DirectBootResult {
  /** From the start of QEMU to the phone-home request, in seconds. */
  seconds: number;
  /** What the machine said of itself: `version`, `uptime`, `boot`. */
  report: URLSearchParams;
}

/** Where QEMU's user network shows the guest this machine's loopback interface. */
const guestsViewOfHost = "10.0.2.2";

/**
 * Boots a release by QEMU's `-kernel`, without a boot loader and without a private network: what a boot over PXE is
 * measured against. The files come from a server on this machine's loopback interface.
 */
export async function directBoot(boot: DirectBoot): Promise<DirectBootResult> {
  let arrived: (report: URLSearchParams) => void;
  const report = new Promise<URLSearchParams>((resolve) => {
    arrived = resolve;
  });
  const config = boot.ignition ?? { ignition: { version: "3.0.0" }, systemd: { units: [phoneHomeUnit] } };
  const server = createServer((request, response) => serve(request, response, boot, config, (query) => arrived(query)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://${guestsViewOfHost}:${(server.address() as AddressInfo).port}`;

  const started = performance.now();
  const guest = spawn("qemu-system-x86_64", qemuArguments(boot, base), { stdio: ["ignore", "pipe", "pipe"] });
  let tail = "";
  const hear = (data: Buffer) => {
    tail = (tail + data.toString()).slice(-4000);
    boot.console?.(data.toString());
  };
  guest.stdout.on("data", hear);
  guest.stderr.on("data", hear);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      report.then((query) => ({ seconds: (performance.now() - started) / 1000, report: query })),
      new Promise<never>((_, reject) => {
        const fail = (why: string) => reject(new Error(`the machine did not phone home: ${why}\n${tail}`));
        guest.on("error", (error) => fail(error.message));
        guest.on("exit", () => fail("QEMU ended"));
        timer = setTimeout(() => fail(`nothing within ${boot.deadline ?? 240} s`), (boot.deadline ?? 240) * 1000);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    guest.kill("SIGKILL");
    server.close();
    server.closeAllConnections();
  }
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  boot: DirectBoot,
  config: object,
  arrived: (report: URLSearchParams) => void,
): void {
  const url = new URL(request.url!, "http://host");
  const head = request.method === "HEAD";
  if (url.pathname === "/config.ign") response.end(head ? undefined : JSON.stringify(config));
  else if (url.pathname === "/rootfs" && boot.artifacts.rootfs) {
    response.setHeader("content-length", statSync(boot.artifacts.rootfs).size);
    if (head) response.end();
    else createReadStream(boot.artifacts.rootfs, { highWaterMark: 1 << 20 }).pipe(response);
  } else if (url.pathname === "/report") {
    response.writeHead(204).end();
    arrived(url.searchParams);
  } else response.writeHead(404).end();
}

function qemuArguments(boot: DirectBoot, base: string): string[] {
  const kernelArguments = [
    "ip=dhcp rd.neednet=1 console=tty0 console=ttyS0 ignition.firstboot ignition.platform.id=metal",
    `ignition.config.url=${base}/config.ign`,
    ...(boot.artifacts.rootfs ? [`coreos.live.rootfs_url=${base}/rootfs`] : []),
    `${reportArgument}=${base}/report`,
    ...(boot.kernelArguments ?? []),
  ];
  const { accel, cpu } = accelerator();
  const machine = `-M pc -accel ${accel} -cpu ${cpu} -smp 1 -display none -no-reboot -monitor none`;
  return [
    ...machine.split(" "),
    ...["-m", String(boot.memory ?? 384), "-serial", "stdio"],
    ...["-netdev", "user,id=net0", "-device", "virtio-net-pci,netdev=net0", "-device", "virtio-rng-pci"],
    ...["-kernel", boot.artifacts.kernel, "-initrd", boot.artifacts.initramfs, "-append", kernelArguments.join(" ")],
    ...(boot.qemu ?? []),
  ];
}
