#!/bin/sh
# Run a command on one host of a lab: enter_host.sh STATE HOST COMMAND...
# The caller gave us mount and UTS namespaces of our own (unshare -m -u); all mounts end with them.
set -eu
state=$1 host=$2; shift 2
disk=$state/hosts/$host
hostname "$host"
cd "$state"

# What /sys shows of the network is that of the process which mounted it.
nsenter --net="$disk/net" mount -t sysfs sysfs /sys

# The state directory itself may lie below /run.
mount -t tmpfs -o mode=755 tmpfs /run
[ -d "$state" ] || { mkdir -p "$state"; mount --rbind . "$state"; }
mkdir /run/lock

# A tmpfs over a system folder, with links to its entries, so that libvirt's folders can be made in
# it although the system may have none.
for folder in /var/lib /var/log /var/cache; do
    mkdir -p "/run/system$folder"
    mount --rbind "$folder" "/run/system$folder"
    mount -t tmpfs -o mode=755 tmpfs "$folder"
    for entry in "/run/system$folder"/*; do
        [ "${entry##*/}" = libvirt ] || ln -s "$entry" "$folder/"
    done
done

place() { mkdir -p "$2"; mount --bind "$disk/$1" "$2"; }
place run /run/libvirt
place lib /var/lib/libvirt
place log /var/log/libvirt
place cache /var/cache/libvirt
place etc /etc/libvirt
place instances "$state/instances"
mount --bind "$disk/hosts" /etc/hosts

# libvirtd does not start without this user, whatever its configuration says.
for file in passwd group; do
    entry="libvirt-qemu:x:64055:$([ $file = group ] || echo '64055::/nonexistent:/usr/sbin/nologin')"
    { grep -v '^libvirt-qemu:' "/etc/$file"; echo "$entry"; } > "$disk/$file.$$"
    mount --bind "$disk/$file.$$" "/etc/$file"
    rm "$disk/$file.$$"
done
cd "$state/supervised"
exec "$@"
