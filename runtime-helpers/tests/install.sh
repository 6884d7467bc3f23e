#!/bin/sh
# install.sh <build dir> <this dir> <cc> <c++> <sanitizers>: installs to a temporary place and uses what is there.
set -eu
build=$1 here=$2 cc=$3 cxx=$4 sanitize=${5:+-fsanitize=$5}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cmake --install "$build" --prefix "$place/usr" >/dev/null
pc=$(find "$place/usr" -name runtime-helpers.pc)
export PKG_CONFIG_PATH=${pc%/*}
# The file was configured for another prefix.
flags=$(pkg-config --define-variable=prefix="$place/usr" --cflags --libs runtime-helpers)
libdir=$(pkg-config --define-variable=prefix="$place/usr" --variable=libdir runtime-helpers)
# shellcheck disable=SC2086
$cc -std=c17 -fexceptions $sanitize "$here/demos/survives.c" -o "$place/c" $flags
LD_LIBRARY_PATH=$libdir "$place/c" 2>/dev/null | grep -q 'sum 44'
# shellcheck disable=SC2086
$cxx -std=c++11 $sanitize "$here/demos/survives.cc" -o "$place/cc" $flags
LD_LIBRARY_PATH=$libdir "$place/cc" 2>/dev/null | grep -q 'sum 44'

mkdir "$place/user"
cat >"$place/user/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.22)
project(user C)
find_package(RuntimeHelpers 0.1 REQUIRED)
add_executable(with_static $here/demos/survives.c)
target_link_libraries(with_static RuntimeHelpers::static)
add_executable(with_shared $here/demos/survives.c)
target_link_libraries(with_shared RuntimeHelpers::shared)
END
cmake -S "$place/user" -B "$place/user/build" -DCMAKE_PREFIX_PATH="$place/usr" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_C_FLAGS="-fexceptions $sanitize" >/dev/null
cmake --build "$place/user/build" >/dev/null
"$place/user/build/with_static" 2>/dev/null | grep -q 'sum 44'
"$place/user/build/with_shared" 2>/dev/null | grep -q 'sum 44'
