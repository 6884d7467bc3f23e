#!/bin/sh
# aarch64.sh <runtime-helpers>: cross-compiles the library, and runs the demonstrations and gcc's half of the build matrix
# under qemu.  Debian: gcc-aarch64-linux-gnu g++-aarch64-linux-gnu qemu-user.
set -eu
source=$1 cc=aarch64-linux-gnu-gcc run="qemu-aarch64 -L /usr/aarch64-linux-gnu"
for program in $cc aarch64-linux-gnu-g++ qemu-aarch64; do
    command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 77; }
done
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
flags="-std=gnu17 -O1 -fexceptions -Wall -Wextra -Werror -I$source/include -I$source/src"
# shellcheck disable=SC2086
$cc $flags -ftls-model=initial-exec -c "$source"/src/*.c "$source"/src/*.S
aarch64-linux-gnu-ar rc librh.a ./*.o
# shellcheck disable=SC2086
$cc $flags "$source/tests/demos/survives.c" librh.a -o demo_c
aarch64-linux-gnu-g++ -std=c++17 -I"$source/include" "$source/tests/demos/survives.cc" librh.a -o demo_cc
for demo in demo_c demo_cc; do
    $run ./$demo 2>/dev/null | grep -q 'sum 44'
done
cells=
for language in c cxx; do
    for kind in none exceptions noncall; do
        case $language in
        c) dialect="-x c -std=c17" ;;
        cxx) dialect="-x c++ -std=c++17" ;;
        esac
        case $kind in
        none) kind_flags="-fno-exceptions -fno-asynchronous-unwind-tables -fno-unwind-tables" ;;
        exceptions) kind_flags=-fexceptions ;;
        noncall) kind_flags="-fexceptions -fnon-call-exceptions" ;;
        esac
        # shellcheck disable=SC2086
        $cc $dialect -O1 -w -DCELL=gcc_${language}_$kind $kind_flags -c "$source/tests/matrix/body.c" -o $language$kind.o
        cells="$cells $language$kind.o"
    done
done
# shellcheck disable=SC2086
$cc $flags "$source/tests/matrix/matrix.c" $cells librh.a -lstdc++ -o matrix
$run ./matrix
