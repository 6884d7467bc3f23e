/* A recover handler by setjmp that itself fails jumps to itself, for ever; here it gives up by abort after a
 * while. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

static jmp_buf recover_point;

static void work(void)
{
    longjmp(recover_point, 1);
}

static void handler(void)
{
    work(); /* "log the error": fails in the same way */
}

int main(void)
{
    static volatile int recovered;
    if (setjmp(recover_point) != 0) {
        if (++recovered == 1000)
            abort();
        handler();
    }
    work();
    return 0;
}
