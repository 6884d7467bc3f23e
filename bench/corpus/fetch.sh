#!/bin/bash
# Fetch real programs from Debian's source packages and give each a
# compile_commands.json that libclang can follow (generated headers built).
#
#   bench/corpus/fetch.sh [--no-deps] [--force] [PROJECT...]
#
# Result: $CORPUS_DIR/<project>/source/               the unpacked source
#         $CORPUS_DIR/<project>/compile_commands.json  what spawnlint reads
#
# CORPUS_DIR defaults to bench/corpus/work, which git ignores. A project is one
# file in projects/; with no argument all of them are fetched. One that is
# complete already is left alone unless --force is given.
#
# apt's own configuration is not touched: source entries are derived from the
# machine's binary entries into a private directory, with its own package lists.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
corpus=${CORPUS_DIR:-$here/work}
jobs=${CORPUS_JOBS:-$(nproc)}
with_deps=yes
force=no

say() { printf '== %s\n' "$*"; }
die() { printf 'fetch.sh: %s\n' "$*" >&2; exit 1; }

projects_all() { (cd "$here/projects" && ls -- *.sh | sed 's/\.sh$//'); }

usage() {
  sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
  echo "Projects: $(projects_all | tr '\n' ' ')"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "installing packages needs root or sudo; run as root, or install the build dependencies of the packages yourself and pass --no-deps"
  fi
}

# Private sources: every binary entry twice, once as it is and once as source.
# Binary entries stay in, because `build-dep` resolves against the same lists.
apt_private_setup() {
  apt_dir=$corpus/.apt
  mkdir -p "$apt_dir/sources.d" "$apt_dir/lists/partial"
  rm -f "$apt_dir"/sources.d/*
  : >"$apt_dir/sources.list"
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    sed -n -E '/^[[:space:]]*deb[[:space:]]/{p;s/deb([[:space:]])/deb-src\1/;p}' "$file" >>"$apt_dir/sources.list"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    sed -E 's/^Types:.*/Types: deb deb-src/I' "$file" >"$apt_dir/sources.d/$(basename "$file")"
  done
  [ -s "$apt_dir/sources.list" ] || compgen -G "$apt_dir/sources.d/*" >/dev/null ||
    die "apt has no package sources; this script needs Debian's (see sources.list(5))"
  apt_options=(-o "Dir::Etc::SourceList=$apt_dir/sources.list"
    -o "Dir::Etc::SourceParts=$apt_dir/sources.d"
    -o "Dir::State::Lists=$apt_dir/lists"
    -o "APT::Sandbox::User=root"
    -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache="
    -o "DPkg::Lock::Timeout=900")
  # /etc/apt may be readable by root alone in hardened images; lists need no root.
  say "reading package lists"
  apt-get "${apt_options[@]}" -qq update
}

apt_build_deps() {
  DEBIAN_FRONTEND=noninteractive as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get "${apt_options[@]}" -y -qq --no-install-recommends "$@" >>"$corpus/.apt/install.log" 2>&1 ||
    die "apt-get $* failed; see $corpus/.apt/install.log"
}

fetch_one() (
  name=$1
  project=$corpus/$name
  package= deps=() build_deps=yes
  # Each project file sets `package` and defines project_build, which runs in
  # the source tree and leaves "$project/compile_commands.json".
  . "$here/projects/$name.sh"

  if [ "$force" = no ] && [ -s "$project/compile_commands.json" ]; then
    say "$name: already there ($(jq_count "$project"))"
    return
  fi
  rm -rf "$project"
  mkdir -p "$project"
  if [ "$with_deps" = yes ]; then
    say "$name: installing what its build needs"
    if [ "$build_deps" = yes ]; then apt_build_deps build-dep "$package"; fi
    if [ "${#deps[@]}" -gt 0 ]; then apt_build_deps install "${deps[@]}"; fi
  fi
  say "$name: fetching source package $package"
  cd "$project"
  apt-get "${apt_options[@]}" -qq source "$package" >"$project/fetch.log" 2>&1 ||
    die "$name: apt-get source failed; see $project/fetch.log"
  rm -f -- *.tar.* *.dsc *.diff.gz
  mv -- "$(find . -mindepth 1 -maxdepth 1 -type d | head -n 1)" source
  say "$name: configuring and building ($(dpkg-parsechangelog -l source/debian/changelog -S Version 2>/dev/null || echo unknown))"
  cd source
  (set -e; project_build) >"$project/build.log" 2>&1 ||
    { tail -n 20 "$project/build.log" >&2; die "$name: the build failed; see $project/build.log"; }
  [ -s "$project/compile_commands.json" ] || die "$name: the build left no compile_commands.json"
  say "$name: $(jq_count "$project")"
)

jq_count() { echo "$(grep -c '"file":' "$1/compile_commands.json") compile commands"; }

# For builds that cannot export a compile database themselves.
build_with_bear() {
  command -v bear >/dev/null || die "bear is missing: apt-get install bear"
  bear --output "$project/compile_commands.json" -- "$@"
}

cmake_export() {
  cmake -S . -B "$project/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "$@"
  cmake --build "$project/build" -j "$jobs"
  cp "$project/build/compile_commands.json" "$project/compile_commands.json"
}

names=()
for arg; do
  case $arg in
    --no-deps) with_deps=no ;;
    --force) force=yes ;;
    -h|--help) usage; exit 0 ;;
    -*) die "unknown option $arg (try --help)" ;;
    *) [ -f "$here/projects/$arg.sh" ] || die "unknown project $arg; known: $(projects_all | tr '\n' ' ')"
       names+=("$arg") ;;
  esac
done
if [ ${#names[@]} = 0 ]; then mapfile -t names < <(projects_all); fi

mkdir -p "$corpus"
corpus=$(cd "$corpus" && pwd)
apt_private_setup
if [ "$with_deps" = yes ]; then apt_build_deps install build-essential dpkg-dev cmake ninja-build bear; fi
for name in "${names[@]}"; do fetch_one "$name"; done
