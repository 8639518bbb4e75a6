import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** The commands by which files of an SSH host are read and written: whatever sudo may do, they may. */

/** In the C locale, because what they say about a missing file is read. */
const plain = (...argv: string[]) => ["env", "LC_ALL=C", ...argv];
const script = (text: string, ...args: string[]) => ["sh", "-c", `set -e\n${text}`, "sh", ...args];

export const readCommand = (path: string) => plain("cat", "--", path);
export const sizeCommand = (path: string) => plain("stat", "--dereference", "--format=%s", "--", path);
export const readFromCommand = (path: string, offset: number, length?: number) => {
  const tail = plain("tail", `--bytes=+${offset + 1}`, "--", path);
  return length === undefined ? tail : script('bytes=$1\nshift\n"$@" | head --bytes="$bytes"', String(length), ...tail);
};
export const listCommand = (path: string) =>
  plain("find", `${path}/`, "-mindepth", "1", "-maxdepth", "1", "-printf", "%f\\0");
export const removeCommand = (path: string) => ["rm", "-rf", "--", path];

/** Whether a file command failed because there is no such file, rather than for a reason that must be told. */
export const saysAbsent = (stderr: string) => /: (No such file or directory|Not a directory)\s*$/.test(stderr);

export const makeDirectoryCommand = (path: string, mode?: number) =>
  mode === undefined
    ? ["mkdir", "-p", "--", path]
    : // only what is made gets the mode
      script('[ -d "$1" ] || { mkdir -p -- "$1"; chmod "$2" "$1"; }', path, mode.toString(8));

/** Begins with a dot: dnsmasq, which reads whole directories, passes over such names. */
const temporaryName = (path: string) => join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);

/** The number of bytes is checked, because a lost connection looks like the end of the input. */
const write = `mkdir -p -- "$(dirname -- "$1")"
trap 'rm -f -- "$2"' EXIT
umask 077
set -C
cat > "$2"
[ "$(wc -c < "$2")" -eq "$4" ] || { echo "only a part of $1 arrived" >&2; exit 1; }
chmod "$3" "$2"
sync -- "$2"
mv -fT -- "$2" "$1"`;

export const writeCommand = (path: string, bytes: number, mode: number) =>
  script(write, path, temporaryName(path), mode.toString(8), String(bytes));

export const linkCommand = (target: string, path: string) =>
  script(
    'mkdir -p -- "$(dirname -- "$2")"\nln -s -- "$1" "$3"\nmv -fT -- "$3" "$2" || { rm -f -- "$3"; exit 1; }',
    target,
    path,
    temporaryName(path),
  );

/** As for this machine: the shell that becomes the daemon writes its own pid. */
const daemonScript = `mkdir -p -- "$(dirname -- "$1")" "$(dirname -- "$2")"
rm -f -- "$1"
pid=$1 log=$2 cwd=$3
shift 3
setsid sh -c 'cd "$1" && echo $$ > "$2" && shift 2 && exec "$@"' sh "$cwd" "$pid" "$@" >> "$log" 2>&1 < /dev/null &
for try in 1 2 3 4 5 6 7 8 9 10; do
  for part in 1 2 3 4 5 6 7 8 9 10; do [ -s "$pid" ] && exit; sleep 0.05; done
done
echo "no process wrote $pid" >&2
exit 1`;

export const startCommand = (
  argv: readonly string[],
  files: { pidFile: string; logFile: string; cwd?: string },
): string[] => script(daemonScript, files.pidFile, files.logFile, files.cwd ?? "/", ...argv);
