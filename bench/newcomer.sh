#!/bin/bash
# The newcomer's path on a bare machine: a minimal Debian 12 root with git and nothing
# else, a clone of this repository's HEAD, then ./dev run and ./dev test (or whatever is
# given). Needs root and debootstrap; takes its mirror from this machine's own apt.
#
#   bench/newcomer.sh [--root DIR] [--keep] [COMMAND...]     default: "./dev run" "./dev test"
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=${TMPDIR:-/tmp}/newcomer
keep=no

die() { echo "newcomer.sh: $*" >&2; exit 1; }

while [ $# -gt 0 ]; do
  case $1 in
    --root) root=$2; shift 2 ;;
    --keep) keep=yes; shift ;;
    -h|--help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || set -- "./dev run" "./dev test"
[ "$(id -u)" = 0 ] || die "a new root file system needs root"
command -v debootstrap >/dev/null || die "debootstrap is missing: ./dev deps bench"

# The archive that serves this machine's own main suite.
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
  awk '$2 ~ /bookworm$|^stable$/ && $3 == "main" { print $1; exit }')
[ -n "$mirror" ] || die "this machine's apt knows no Debian 12 main archive to take a mirror from"

mounts=(proc dev dev/pts)
undo() {
  local i
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do umount -l "$root/${mounts[i]}" 2>/dev/null || true; done
}
trap undo EXIT

if [ "$keep" = no ] || [ ! -e "$root/etc/debian_version" ]; then
  undo
  rm -rf --one-file-system "$root"
  echo "== a bare Debian 12 in $root"
  eval "$(apt-config shell http_proxy Acquire::http::Proxy)"
  export http_proxy=${http_proxy:-}
  debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log" >&2; die "debootstrap failed; see $root.log"; }
  # The machine's own way to the archive: entries, keys, proxies.
  rm -f "$root/etc/apt/sources.list"
  for path in sources.list sources.list.d apt.conf.d keyrings; do
    [ ! -e "/etc/apt/$path" ] || cp -rT "/etc/apt/$path" "$root/etc/apt/$path"
  done
  cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
  cp /etc/hosts "$root/etc/hosts" 2>/dev/null || true
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
  chroot "$root" update-ca-certificates >/dev/null 2>&1 || true
fi
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts" 2>/dev/null || true

rm -rf "$root/root/spawnlint"
git clone -q --no-hardlinks "$repository" "$root/root/spawnlint"
for command; do
  echo "== $command, with $(chroot "$root" dpkg-query -W | wc -l) packages installed"
  start=$SECONDS
  # A newcomer's environment: no variables of ours, nothing to type into.
  env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
    chroot "$root" /bin/bash -c "cd /root/spawnlint && $command" </dev/null || die "'$command' failed with status $?"
  echo "== $command: $((SECONDS - start)) s"
done
