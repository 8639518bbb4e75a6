import { execFileSync } from "node:child_process";
import { join } from "node:path";

export const daemons = ["dnsmasq", "nginx"];
const data = ["/usr/lib/PXELINUX", "/usr/lib/syslinux/modules/bios", "/etc/passwd", "/etc/group"];

/**
 * A directory with these programs, their libraries and the boot programs where they belong, from this machine's own files:
 * what an image holds, or what packages bring to a machine, with nothing fetched.
 */
export function rootWith(directory: string, programs: readonly string[]): string {
  const root = join(directory, "root");
  const script = `
    set -e
    PATH=$PATH:/usr/sbin:/sbin
    root=$1; shift
    mkdir -p "$root/tmp" "$root/run"
    add() { mkdir -p "$root$(dirname "$1")"; cp -aL "$1" "$root$1"; }
    for file; do
      case $file in
        /*) add "$file" ;;
        *)
          path=$(which "$file")
          add "$path"
          for library in $(ldd "$path" | grep -o '/[^ ]*'); do add "$library"; done ;;
      esac
    done`;
  execFileSync("sh", ["-c", script, "sh", root, ...programs, ...data]);
  return root;
}
