#!/bin/sh
# docs.sh <page.md> <librh.a> <include dir> <cc> <c++> [flags]: compiles and runs each C and C++ block of a page.
# The words after the language in a block's first line are pkg-config packages that it needs.
set -eu
page=$1 library=$2 include=$3 cc=$4 cxx=$5 flags=${6-}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
awk -v place="$place" '
    /^```(c|cpp)( |$)/ {
        n++
        name = sprintf("%s/%02d.%s", place, n, substr($1, 4) == "c" ? "c" : "cc")
        line = $0
        sub(/^```[a-z]* */, "", line)
        print line > (name ".needs")
        inside = 1
        printf "#line %d \"%s\"\n", NR + 1, FILENAME > name
        next
    }
    /^```/ { inside = 0 }
    inside { print > name }' "$page"
for source in "$place"/*.c "$place"/*.cc; do
    [ -e "$source" ] || continue
    needs=$(cat "$source.needs")
    extra=
    if [ -n "$needs" ]; then
        # shellcheck disable=SC2086
        pkg-config --exists $needs || { echo "$page: $needs is not installed"; continue; }
        # shellcheck disable=SC2086
        extra=$(pkg-config --cflags --libs $needs)
    fi
    case $source in
    *.c) compile="$cc -std=gnu17" ;;
    *) compile="$cxx -std=c++20" ;;
    esac
    # shellcheck disable=SC2086
    $compile -fexceptions -Wall -Wextra -Werror -I"$include" $flags "$source" "$library" $extra -pthread -o "$place/run"
    if ! RH_PANIC_LOG=off timeout 60 "$place/run" >"$place/out" 2>&1; then
        echo "$page: $source failed:" >&2
        cat "$source" "$place/out" >&2
        exit 1
    fi
done
