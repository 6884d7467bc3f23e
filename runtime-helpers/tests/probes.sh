#!/bin/sh
<<<<<<< HEAD
# probes.sh <library>: every probe that the headers name is in the library, where <sys/sdt.h> was there to make it.
set -eu
[ -e /usr/include/sys/sdt.h ] || [ -e "/usr/include/$(uname -m)-linux-gnu/sys/sdt.h" ] || exit 77
notes=$(readelf -n "$1")
for probe in spawn task_begin task_end panic recover join chan_send chan_recv chan_close ctx_cancel breaker; do
    echo "$notes" | grep -q "Name: $probe\$" || { echo "no probe: $probe" >&2; exit 1; }
=======
# probes.sh <librh.so>: every probe that rh/observe.h names is in the library.
set -eu
readelf -n "$1" >/dev/null
notes=$(readelf -n "$1" | awk '/Provider: rh/ {getline; print $2}' | sort -u)
if [ -z "$notes" ]; then
    echo "skipped: built without sys/sdt.h"
    exit 77
fi
for probe in spawn join task_begin task_end panic recover chan_send chan_recv chan_close ctx_cancel breaker; do
    echo "$notes" | grep -qx "$probe" || { echo "no probe $probe" >&2; exit 1; }
>>>>>>> rt1
done
