#!/bin/sh
# The first process of a guest of the image lab-linux: no disk is mounted, all is in memory.
export PATH=/bin
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s /bin
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
while read -r module; do
    insmod "/lib/$module" || echo "lab-linux: $module was not loaded"
done < /lib/modules
hostname lab-linux
for link in /sys/class/net/*; do
    ip link set "${link##*/}" up
done
# The power button.
acpid
read -r seconds rest < /proc/uptime
echo "lab-linux: up after $seconds s, $(uname -r)"
exec init
