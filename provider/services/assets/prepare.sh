# Installs what a PXE server runs: dnsmasq, nginx and the boot programs. Run by `sh -s` as root, on the server itself; once
# everything is there it does nothing. What it prints is for the log of `pulumi up`.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

say() { printf 'fcos-pxe: %s\n' "$*"; }

there() { command -v "$1" >/dev/null 2>&1; }

complete() {
  for program in dnsmasq nginx ip ss; do there "$program" || return 1; done
  for directory in /usr/lib/PXELINUX /usr/share/syslinux; do
    [ -r "$directory/lpxelinux.0" ] && return
  done
  return 1
}

# A package that was just installed must not take port 80 itself, now or after the next boot; one that was there before is
# somebody's and is left alone.
leave_ports_alone() {
  there systemctl || return 0
  for unit in "$@"; do
    [ -e "/usr/lib/systemd/system/$unit" ] || [ -e "/lib/systemd/system/$unit" ] || continue
    say "$unit is disabled: the PXE server has units of its own"
    systemctl disable --now --quiet "$unit" || systemctl disable --quiet "$unit"
  done
}

[ "$(id -u)" = 0 ] || { say "packages can only be installed by root: let the connection use sudo" >&2; exit 1; }

if complete; then
  say "dnsmasq, nginx and the boot programs are installed already"
  exit
fi
if [ -e /run/ostree-booted ]; then
  say "this system is an image, on which nothing is installed: use services \"docker\""
  exit
fi

units=
there nginx || units=nginx.service
there dnsmasq || units="$units dnsmasq.service"

if there apt-get; then
  packages="dnsmasq-base nginx-light pxelinux syslinux-common iproute2"
  say "installing $packages"
  # in runlevel 1 no package starts its server
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  apt-get -q update
  # shellcheck disable=SC2086
  apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends $packages
elif there dnf; then
  packages="dnsmasq nginx syslinux syslinux-nonlinux iproute"
  say "installing $packages"
  # shellcheck disable=SC2086
  dnf -qy install --setopt=install_weak_deps=False $packages
else
  say "there is neither apt-get nor dnf here: install dnsmasq, nginx and syslinux by hand, or use services \"docker\"" >&2
  exit 1
fi

# shellcheck disable=SC2086
leave_ports_alone $units
complete || { say "the packages are installed, but not everything is there: dnsmasq, nginx, ip, ss, lpxelinux.0" >&2; exit 1; }
say "dnsmasq, nginx and the boot programs are installed"
