#!/bin/bash
# Databases that are missing, empty, malformed, huge, or lie: one clear sentence, and the rest of the run counts.
. "$(dirname "$0")/lib.sh"
make_project p
good=$(cat p/compile_commands.json)
put() { printf '%s' "$1" >p/compile_commands.json; }

run 2 check -p nowhere;              says 'nowhere does not exist'
mkdir bare; run 2 check -p bare;     says 'holds no compile_commands.json; make one with'
put '';                              run 2 check -p p; says 'is empty; let the build write it again'
put '[';                             run 2 check -p p; says 'this is not JSON'
put '{}';                            run 2 check -p p; says 'is no compilation database'
put '[]';                            run 2 check -p p; says 'lists no commands'
put '[7]';                           run 2 check -p p; says 'has no command that can be used'
printf '[' >p/compile_commands.json; truncate -s 1T p/compile_commands.json
run 2 check -p p; says 'is larger than 512 MB'
rm p/compile_commands.json; mkdir p/compile_commands.json
run 2 check -p p/compile_commands.json; says 'holds no compile_commands.json'
rmdir p/compile_commands.json

# One broken entry: the others are analysed, and the run is not called complete.
put "[7, ${good#?}"
run 1 check -p p; says '1 entries of'; shows 'abort()'
run 3 check -p p --checks=-spawn-without-recover
run 0 check -p p --checks=-spawn-without-recover --allow-incomplete
run 1 check -p p -v; says 'entry 1 of'

# Entries that lie: a file that never was, a directory for a file, a working directory that is gone.
lie() { put "[{\"directory\": \"$work/p\", \"file\": \"$1\", \"command\": \"cc -c $1\"}, ${good#?}"; }
lie never.c;  run 1 check -p p; shows 'never.c'; shows '1 failed'; shows 'abort()'
run 3 check -p p --checks=-spawn-without-recover
mkdir p/folder.c; lie folder.c; run 1 check -p p; shows 'folder.c'; shows '1 failed'; shows 'abort()'
put "[{\"directory\": \"/gone\", \"file\": \"x.c\", \"command\": \"cc -c x.c\"}, ${good#?}"
run 1 check -p p; shows '1 failed'; shows 'abort()'

# Flags that only gcc has, and that nobody has, cost nothing.
put "$(printf '%s' "$good" | sed 's/"-c"/"-c", "-fno-tree-frobnicate", "--frob", "-Wno-frob", "-mfrob"/g')"
run 1 check -p p; shows 'abort()'; silent
run 1 check -p p -v; says 'the flag --frob is not known to libclang and was dropped'

# An empty working directory or a relative one is the database's own.
put "$(printf '%s' "$good" | sed "s|$work/p|.|g")"
run 1 check -p p; shows 'abort()'
finish
