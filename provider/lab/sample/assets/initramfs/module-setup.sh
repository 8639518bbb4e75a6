#!/bin/bash
# dracut module: the part of a Fedora CoreOS live initramfs that lies around Ignition.

check() { return 255; }

depends() { echo base systemd systemd-initrd udev-rules ignition; }

units() {
    local target=$1 unit
    shift
    for unit; do
        inst_simple "$moddir/units/$unit" "$systemdsystemunitdir/$unit"
        mkdir -p "$initdir$systemdsystemunitdir/$target.requires"
        ln -sf "../$unit" "$initdir$systemdsystemunitdir/$target.requires/$unit"
    done
}

install() {
    inst_multiple sh bash cat chmod chroot cp cut cpio curl false grep head hostname ip journalctl ln ls mkdir mkfifo mount mv rm sed \
        sha256sum sleep sync systemctl tail umount uname
    inst_multiple "$systemdutildir/systemd-networkd" "$systemdutildir/systemd-networkd-wait-online" networkctl \
        "$systemdsystemunitdir/systemd-networkd.service" "$systemdsystemunitdir/network.target" \
        "$systemdsystemunitdir/network-online.target" "$systemdsystemunitdir/network-pre.target"
    # Arrays are made, and named, but not assembled: a live boot makes them anew, as Fedora CoreOS does without rd.md.
    inst_multiple mdadm
    inst_rules 63-md-raid-arrays.rules
    inst_libdir_file "libnss_dns.so*" "libnss_files.so*"
    grep '^systemd-network:' "$dracutsysrootdir/etc/passwd" >> "$initdir/etc/passwd"
    grep '^systemd-network:' "$dracutsysrootdir/etc/group" >> "$initdir/etc/group"

    local script
    for script in network-config livepxe-rootfs teardown-network populate-var emergency; do
        inst_script "$moddir/$script" "/usr/libexec/coreos/$script"
    done
    inst_script "$moddir/is-live-image" /usr/bin/is-live-image
    inst_script "$moddir/network-generator" "$systemdutildir/system-generators/coreos-network-generator"
    inst_simple "$moddir/base.ign" /usr/lib/ignition/base.d/00-core.ign

    units initrd-root-fs.target coreos-livepxe-rootfs.service
    units ignition-complete.target coreos-ignition-setup-user.service coreos-populate-var.service
    units initrd.target coreos-teardown-initramfs.service
    inst_simple "$moddir/units/coreos-network-config.service" "$systemdsystemunitdir/coreos-network-config.service"
    inst_simple "$moddir/units/emergency.service" "$systemdsystemunitdir/emergency.service"
    inst_simple "$moddir/units/initramfs-online.service" "$systemdsystemunitdir/initramfs-online.service"

    # Only a boot that needs the network starts it: the start is in front of the fetch, behind the unit's own conditions.
    mkdir -p "$initdir$systemdsystemunitdir/ignition-fetch.service.d" "$initdir$systemdsystemunitdir/systemd-networkd.service.d"
    printf '[Service]\nExecStartPre=systemctl start initramfs-online.service\n' \
        > "$initdir$systemdsystemunitdir/ignition-fetch.service.d/10-network.conf"
    inst_simple "$moddir/units/systemd-networkd.conf" "$systemdsystemunitdir/systemd-networkd.service.d/10-initramfs.conf"
}
