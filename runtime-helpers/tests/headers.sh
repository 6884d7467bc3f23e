#!/bin/sh
# headers.sh <include dir> <cc> <c++>: every header compiles alone, without a warning, in every standard it is meant for.
set -eu
include=$1 cc=$2 cxx=$3
warn="-Wall -Wextra -Wshadow -Wconversion -Werror -fsyntax-only"
for header in "$include"/rh/*.h "$include"/rh/*.hpp; do
    name=rh/${header##*/}
    case $name in
    rh/glib.h) extra=$(pkg-config --cflags glib-2.0 2>/dev/null) || continue ;;
    rh/uv.h) extra=$(pkg-config --cflags libuv 2>/dev/null) || continue ;;
    *) extra= ;;
    esac
    case $name in
    *.h)
        for standard in gnu99 c11 c17; do
            # shellcheck disable=SC2086
            echo "#include <$name>" | $cc -x c -std=$standard -D_GNU_SOURCE $warn -Wstrict-prototypes -I"$include" $extra -
        done
        ;;
    esac
    for standard in c++11 c++17 c++20; do
        case $name$standard in
        rh/io.hppc++1* | rh/once.hppc++1*) continue ;;
        esac
        # shellcheck disable=SC2086
        echo "#include <$name>" | $cxx -x c++ -std=$standard $warn -I"$include" $extra -
    done
done
