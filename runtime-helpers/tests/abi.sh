#!/bin/sh
# The dynamic symbols of librh.so are those of abi.list, all begin with rh_, and the library runs nothing when loaded.
#   abi.sh <librh.so> <abi.list> [update]
set -eu
actual=$(mktemp)
trap 'rm -f "$actual"' EXIT
nm -D --defined-only "$1" | awk '{print $2, $3}' | LC_ALL=C sort -k2 >"$actual"
if [ "${3-}" = update ]; then
    cp "$actual" "$2"
fi
if grep -v ' rh_' "$actual"; then
    echo "symbols outside rh_ are visible" >&2
    exit 1
fi
if ! diff -u "$2" "$actual"; then
    echo "the ABI changed; if that is meant: $0 $1 $2 update" >&2
    exit 1
fi
# One entry: the compiler's own frame_dummy.
size=$(readelf -SW "$1" | awk '$2 == ".init_array" || $3 == ".init_array" {for (i = 1; i <= NF; i++) if ($i == "INIT_ARRAY") print $(i + 3)}')
if [ "$((0x$size))" -gt 8 ]; then
    echo "global constructors: .init_array has 0x$size bytes" >&2
    exit 1
fi
