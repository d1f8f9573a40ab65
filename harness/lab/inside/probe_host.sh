#!/bin/sh
# Run a command on one host of a lab, whatever of it runs: probe_host.sh STATE HOST COMMAND...
set -eu
state=$1 host=$2; shift 2
[ -d "$state/hosts/$host" ] || { echo "the lab has no host $host" >&2; exit 1; }

# The namespaces of a libvirtd that runs are entered. Where none runs they are made anew.
pid=$(cat "$state/hosts/$host/run/libvirtd.pid" 2>/dev/null || echo none)
if tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -q "$state/hosts/$host/etc/libvirtd.conf"
then
    exec nsenter --target "$pid" --mount --uts --net "$@"
fi
exec nsenter --net="$state/hosts/$host/net" \
    unshare -m -u "$state/bin/enter_host.sh" "$state" "$host" "$@"
