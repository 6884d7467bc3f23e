#!/bin/sh
# musl.sh <runtime-helpers>: builds the library with Debian's musl-gcc wrapper and runs the C demonstration, statically.
# The wrapper uses a libgcc that was made for glibc; musl_shim.c has the one function that it wants from there.  Kernel
# headers come from the system.  The wrapper leaves out --eh-frame-hdr, without which nothing can be unwound.
set -eu
source=$1
if ! command -v musl-gcc >/dev/null; then
    echo "skipped: no musl-gcc"
    exit 77
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
flags="-std=gnu17 -O1 -fexceptions -ftls-model=initial-exec -I$source/include -I$source/src"
flags="$flags -idirafter /usr/include -idirafter /usr/include/$(gcc -print-multiarch)"
# shellcheck disable=SC2086
musl-gcc $flags -c "$source"/src/*.c "$source"/src/*.S
# shellcheck disable=SC2086
musl-gcc $flags -static -Wl,--eh-frame-hdr "$source/tests/demos/survives.c" "$source/tests/musl_shim.c" ./*.o -o demo -lgcc_eh
./demo 2>/dev/null | grep 'sum 44'
