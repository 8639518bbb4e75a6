import type { Power } from "../power";

interface Declared {
  readonly release: string;
  readonly ignition: string;
  readonly kernelArguments?: readonly string[];
  readonly hostname?: string;
  readonly power?: Power;
  readonly reprovision: string;
  readonly bootDigest: string;
  readonly consequence?: string;
}

/**
 * What a change means for the machine, for the preview to say: computed from what was declared before and what is declared
 * now. Where nothing changes for the machine, the words of the last change stay, so that they make no difference themselves.
 */
export function consequence(before: Partial<Declared>, now: Declared): string {
  if (before.bootDigest === now.bootDigest && before.consequence) return before.consequence;
  const when =
    now.reprovision !== "reboot"
      ? "at its next boot"
      : now.power
        ? "restarted now"
        : "once somebody restarts it (no power declared)";
  if (before.bootDigest === undefined) return `first boot: ${when}`;
  const what = [
    before.release !== now.release ? "release" : "",
    before.ignition !== now.ignition ? "Ignition" : "",
    before.hostname !== now.hostname ? "host name" : "",
    JSON.stringify(before.kernelArguments ?? []) !== JSON.stringify(now.kernelArguments ?? [])
      ? "kernel arguments"
      : "",
  ].filter(Boolean);
  return `${what.length > 0 ? `new ${what.join(", ")}` : "does not run what is declared"}: ${when}`;
}
