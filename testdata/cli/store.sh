#!/bin/bash
# The store is only a cache: corrupt, read-only or on a full disk, the run says so once and goes on.
. "$(dirname "$0")/lib.sh"
make_project p
run 1 check -p p --no-store; mv out cold; silent
[ ! -e p/.spawnlint ] || fail '--no-store left something'
run 1 check -p p; cmp -s out cold || fail 'a store changes the report'
run 1 check -p p; cmp -s out cold || fail 'a warm run differs'; silent
run 1 check -p p -v; shows 'from the cache'
store=p/.spawnlint/cache.sqlite
[ -s "$store" ] || fail 'no store was made'

# A changed file, a changed header, a header that appears where one was looked for in vain: all are seen.
sed -i 's/abort()/exit(3)/' p/work.c; run 1 check -p p; shows 'exit()'
sed -i 's/exit(3)/abort()/' p/work.c; run 1 check -p p; cmp -s out cold || fail 'changed back, but not the same'
printf '#define abort() ((void)0)\n' >>p/part.h; run 0 check -p p
printf 'int part(void *arg);\n' >p/part.h; run 1 check -p p

printf 'this is no database, but long enough to look at: %4096d\n' 7 >"$store"
run 1 check -p p; cmp -s out cold || fail 'a corrupt store changes the report'; says 'spawnlint: note:'
run 1 check -p p; cmp -s out cold || fail 'after the corrupt store'; silent
head -c 3000 "$store" >half && cp half "$store"; rm -f "$store-wal" "$store-shm"
run 1 check -p p; cmp -s out cold || fail 'a cut store changes the report'
rm -rf p/.spawnlint; mkdir p/.spawnlint; mkdir "$store"
run 1 check -p p; cmp -s out cold || fail 'a folder for a store changes the report'; says 'spawnlint: note:'
rm -rf p/.spawnlint; : >p/.spawnlint
run 1 check -p p; cmp -s out cold || fail 'a file for the store'"'"'s folder'; says 'spawnlint: note:'
rm -f p/.spawnlint

# A disk that is full: files of this process may not grow past 8 KB.
(ulimit -f 8; trap '' XFSZ; "$spawnlint" check -p p >out 2>err); status=$?
[ "$status" = 1 ] || fail "status $status on a full disk"
cmp -s out cold || fail 'a full disk changes the report'
says 'spawnlint: note:'
run 1 check -p p; cmp -s out cold || fail 'after the full disk'

# Read-only: root may write anyway, so this part needs another user.
if [ "$(id -u)" != 0 ]; then
  chmod a-w p/.spawnlint "$store"; run 1 check -p p; cmp -s out cold || fail 'a read-only store changes the report'
fi
finish
