#!/bin/sh
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
done
