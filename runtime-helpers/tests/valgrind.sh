#!/bin/sh
# valgrind.sh <build dir>: the suite under memcheck; not part of ctest, it takes minutes.  Left out: fault_test, whose
# handler moves the stack pointer behind memcheck's back, and what forks or measures.
set -eu
here=$(dirname "$(readlink -f "$0")")
cd "$1"
bad=0
for program in rh_*_test; do
    case $program in
    rh_fault_test | *stress*) continue ;;
    esac
    if valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \
        --suppressions="$here/valgrind.supp" ./"$program" >"/tmp/$program.$$" 2>&1; then
        echo "ok    $program"
    else
        echo "WRONG $program"
        grep -E '^==|FAILED|ERROR|LINE' "/tmp/$program.$$" | head -40
        bad=1
    fi
    rm -f "/tmp/$program.$$"
done
exit $bad
