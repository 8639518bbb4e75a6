/**
 * SSH carries a command as one string, which the user's login shell takes apart again (RFC 4254, 6.5). This is the only
 * place where that string is made: single quotes keep everything but themselves, in every shell of POSIX.
 */
export function quote(argv: readonly string[]): string {
  for (const word of argv)
    if (word.includes("\0")) throw new Error(`an argument must not contain a NUL character: ${JSON.stringify(word)}`);
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

const cannotStart = "fcos-pxe: there is no command";

/** An ordinary user's PATH often lacks the directories in which the daemons lie; the umask is the same wherever one logs in. */
const launcher = `PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export PATH
umask 022
command -v "$1" >/dev/null || { echo "${cannotStart} $1" >&2; exit 127; }
exec "$@"`;

/**
 * The string that runs a command and can't outlive its deadline, even where the connection is lost: there would be nobody
 * to end it.
 */
export function commandLine(argv: readonly string[], options: { sudo: boolean; timeoutMs: number }): string {
  const seconds = String(Math.ceil(options.timeoutMs / 1000) + 1);
  const prefix = options.sudo ? ["sudo", "-n", "--"] : [];
  return quote([...prefix, "timeout", "--signal=KILL", seconds, "sh", "-c", launcher, "sh", ...argv]);
}

/** Whether a command ended because there is no such program, rather than by itself with the same code. */
export const couldNotStart = (result: { code: number; stderr: string }) =>
  result.code === 127 && result.stderr.startsWith(cannotStart);
