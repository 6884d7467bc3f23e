#!/bin/bash
# Sources that do not parse, disappear, are folders, or lack a header: they cost themselves alone.
. "$(dirname "$0")/lib.sh"
make_project p
database p work.c part.c main.c bad.c

printf 'int broken( {{{ \n' >p/bad.c
run 1 check -p p; says 'bad.c:1:'; shows '1 partial'; shows 'abort()'
printf '#include "never.h"\nint f(void) { return 1; }\nint g(void) { return never_declared + 1; }\n' >p/bad.c
run 1 check -p p; says "bad.c:1:10: 'never.h' file not found"; shows '1 partial'; shows 'abort()'
run 0 check -p p --checks=-spawn-without-recover --max-partial=50
run 3 check -p p --checks=-spawn-without-recover --max-partial=1
rm p/bad.c
run 1 check -p p; shows 'bad.c'; shows '1 failed'; shows 'abort()'
mkdir p/bad.c
run 1 check -p p; shows 'bad.c'; shows '1 failed'; shows 'abort()'
rmdir p/bad.c; mkfifo p/bad.c
run 1 check -p p --timeout=20; shows 'is no regular file'; shows '1 failed'; shows 'abort()'
rm p/bad.c; head -c 100000 /dev/urandom >p/bad.c
run 1 check -p p; says 'bad.c'; shows 'abort()'
: >p/bad.c
run 1 check -p p; shows 'abort()'; ! grep -q 'failed)\|^failed' out || fail 'an empty file is no failure'

# A source named that the database does not know is read with its neighbour's flags.
printf '#include "part.h"\n#include <pthread.h>\n#include <stdlib.h>\nstatic void *f(void *a) { exit(part(a)); }\n' >p/new.c
printf 'int g(void) { pthread_t t; return pthread_create(&t, 0, f, 0); }\n' >>p/new.c
run 1 check -p p p/new.c; says 'new.c is not in the database'; shows 'exit()'
finish
