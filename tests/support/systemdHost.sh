# Makes this machine's own files, under a layer of memory, the root of a machine with systemd as its first process.
set -e
directory=$1
mount --make-rprivate /
mount -t tmpfs none "$directory"
mkdir "$directory/upper" "$directory/work" "$directory/root"
root=$directory/root
mount -t overlay none -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 none "$root/sys/fs/cgroup"
for memory in run tmp dev; do mount -t tmpfs none "$root/$memory" -o mode=755; done
for device in null zero full random urandom tty; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm"
units=$root/etc/systemd/system
rm -rf "$units"/*.wants "$root/etc/fstab" "$root/var/lib/fcos-pxe"
for unit in getty.target systemd-udevd.service systemd-udev-trigger.service systemd-logind.service ssh.service nginx.service \
  dnsmasq.service docker.service containerd.service networking.service systemd-modules-load.service systemd-sysctl.service; do
  ln -sf /dev/null "$units/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$units/default.target"
# device nodes can't be made in every sandbox
mkdir "$units/fcos-pxe-.service.d"
printf '[Service]\nPrivateDevices=no\n' > "$units/fcos-pxe-.service.d/sandbox.conf"
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --log-target=null
