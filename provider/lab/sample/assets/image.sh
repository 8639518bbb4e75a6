#!/bin/bash
# image.sh ROOT RECIPE: turns the chroot that mmdebstrap has filled into live releases, in ROOT/tmp/out. RECIPE holds this
# folder, the Ignition binary (ignition), Ignition's own dracut module (30ignition) and the list of releases
# (releases: version, layout, build id, time).
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
root=$1 recipe=$2
cd "$recipe"
# The user of the namespace that this runs in may write only below ROOT.
work=$root/tmp/work out=$root/tmp/out
mkdir -p "$work" "$out"
started=$SECONDS
say() { echo "sample: $* ($((SECONDS - started)) s)" >&2; }
apt() { APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -q "$@"; }

# What is wanted without its dependencies: the kernel's would bring Debian's own initramfs, xfsprogs' a Python, mdadm's
# a mail server, NetworkManager's a polkit with its JavaScript.
kernel=$(APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-cache depends linux-image-cloud-amd64 | awk '/Depends:/ { print $2; exit }')
mkdir "$root/tmp/packages"
(cd "$root/tmp/packages" && apt download "$kernel" xfsprogs libinih1 liburcu8 mdadm network-manager libnm0 > /dev/null)
for package in "$root"/tmp/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory "$root" \
        --exclude './usr/share/doc/*' --exclude './usr/share/locale/*' --exclude './usr/share/man/*' --exclude '*/xfs_scrub*' --exclude './usr/bin/nmtui*' \
        --exclude '*/libnm-device-plugin-*' --exclude '*/libnm-wwan.so' --exclude '*/libnm-ppp-plugin.so'
done
rm -r "$root/tmp/packages"
version=$(ls "$root/lib/modules")
say "unpacked the kernel $version"

# Of the modules, those that a live machine here can use and what they depend on.
wanted='virtio_net virtio_blk virtio_pci virtio_scsi virtio_rng sd_mod squashfs overlay loop ext4 xfs vfat nls_cp437 nls_ascii
 nls_utf8 nls_iso8859-1 qemu_fw_cfg nvme af_packet dm_mod bridge veth tun nf_tables crc32c_generic libcrc32c fuse bonding 8021q raid1'
chroot "$root" depmod "$version"
for module in $wanted; do chroot "$root" modprobe --set-version "$version" --quiet --show-depends "$module" || true; done |
    awk '$1 == "insmod" { print $2 }' | sort --unique > "$work/keep"
(cd "$root" && find "lib/modules/$version/kernel" -name '*.ko' | sed 's|^|/|' | grep --invert-match --line-regexp --fixed-strings --file="$work/keep" |
    sed 's|^/||' | xargs --no-run-if-empty rm)
chroot "$root" depmod "$version"

# The operating system.
cp --recursive root/. "$root/"
chmod 440 "$root/etc/sudoers.d/coreos"
chroot "$root" groupadd --system wheel
rm -rf "$root/home" && mkdir -p "$root/var/home" && ln -s var/home "$root/home"
mkdir -p "$root/etc/containers/systemd" "$root/etc/NetworkManager/system-connections"
rm -f "$root"/etc/{machine-id,hostname,resolv.conf,fstab} "$root/var/lib/dbus/machine-id" "$root"/etc/ssh/ssh_host_* \
    "$root"/usr/lib/tmpfiles.d/{home,legacy,dpkg,passwd}.conf
rm -f "$root"/usr/lib/systemd/system-generators/systemd-{bless-boot,cryptsetup,gpt-auto,hibernate-resume,integritysetup,rc-local,run,sysv,veritysetup,system-update,debug}-generator
rm -f "$root"/usr/lib/systemd/system-preset/90-systemd.preset "$root"/etc/systemd/system/*/*.{service,timer,socket,target} \
    "$root"/etc/systemd/system/*.{service,timer,target}
# D-Bus starts it when somebody asks, as "systemctl reboot" does.
rm -f "$root/usr/lib/systemd/system/multi-user.target.wants/systemd-logind.service"
for unit in $(sed 's/#.*//' masked-units); do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
systemctl --root="$root" --quiet preset-all 2> /dev/null
systemctl --root="$root" --quiet set-default multi-user.target 2> /dev/null

# One initramfs for all, to which each release adds what it knows of its rootfs.
modules=$root/usr/lib/dracut/modules.d
cp --recursive 30ignition "$modules/"
cp ignition "$modules/30ignition/ignition"
cp initramfs/kargs-helper "$modules/30ignition/ignition-kargs-helper.sh"
chmod 755 "$modules"/30ignition/{ignition,ignition-generator,ignition-kargs-helper.sh,module-setup.sh}
printf 'depends() { echo systemd; }\ninstallkernel() { :; }\n' >> "$modules/30ignition/module-setup.sh"
cp --recursive initramfs "$modules/40coreos-live"
find "$modules/40coreos-live" -maxdepth 1 -type f -exec chmod 755 {} +
chroot "$root" dracut --quiet --force --reproducible --no-hostonly --no-hostonly-cmdline --no-early-microcode --tmpdir /tmp \
    --kver "$version" --modules 'base systemd systemd-initrd udev-rules ignition coreos-live' --add-drivers "$wanted" \
    --compress "zstd -12 -T0" /tmp/out/initramfs 2>&1 | grep -v 'mknod: .*Operation not permitted' >&2 || true
[ -s "$out/initramfs" ] || { echo "dracut made no initramfs" >&2; exit 1; }
rm -r "$modules"
cp "$root/boot/vmlinuz-$version" "$out/kernel"
say "made the initramfs, $(stat --format %s "$out/initramfs") bytes"

# What the live system does without.
sed 's/#.*//; /^$/d' left-out > "$work/excluded"
cpio_of() { (cd "$1" && find . -mindepth 1 | sed 's|^\./||' | sort | cpio --create --format newc --owner 0:0 --reproducible --quiet); }
aligned() { truncate --size "$((($(stat --format %s "$1") + 3) / 4 * 4))" "$1"; }
aligned "$out/initramfs"
release_of() { # version: the os-release of that release
    printf '%s\n' 'NAME="Sample CoreOS"' "VERSION=\"$1 (Sample)\"" 'ID=sample-coreos' 'ID_LIKE=debian' "VERSION_ID=${1%%.*}" \
        "PRETTY_NAME=\"Sample CoreOS $1\"" 'VARIANT="CoreOS"' 'VARIANT_ID=coreos' "OSTREE_VERSION='$1'"
}
while read -r release layout build seconds; do
    export SOURCE_DATE_EPOCH=$seconds
    to=$out/$release
    mkdir -p "$to" "$work/rootfs/etc" "$work/ids/etc"
    release_of "$release" > "$root/usr/lib/os-release"
    echo "Sample CoreOS $release \\n \\l" > "$root/etc/issue"
    mksquashfs "$root" "$work/rootfs/root.squashfs" -noappend -no-progress -quiet -no-xattrs -comp zstd -Xcompression-level 12 \
        -wildcards -ef "$work/excluded" > /dev/null
    echo "$build" > "$work/rootfs/etc/coreos-live-rootfs"
    echo "$build" > "$work/ids/etc/coreos-live-initramfs"
    # The squashfs comes first: whoever looks into the file finds its magic at a fixed place.
    (cd "$work/rootfs" && printf '%s\n' root.squashfs etc etc/coreos-live-rootfs |
        cpio --create --format newc --owner 0:0 --reproducible --quiet) > "$to/rootfs"
    aligned "$to/rootfs"
    if [ "$layout" = live-2020 ]; then
        { cpio_of "$work/ids"; cat "$out/initramfs" "$to/rootfs"; } > "$to/initramfs"
        rm "$to/rootfs"
    else
        { echo 'stream-hash sha256 2097152'; split --bytes 2097152 --filter sha256sum "$to/rootfs" | cut --characters 1-64; } \
            > "$work/ids/etc/coreos-live-want-rootfs"
        { cpio_of "$work/ids"; cat "$out/initramfs"; } > "$to/initramfs"
    fi
    ln "$out/kernel" "$to/kernel"
    rm -r "$work/rootfs" "$work/ids"
    say "packed $release ($layout)"
done < releases
rm "$out/kernel" "$out/initramfs"
chmod --recursive a+rX "$out"
