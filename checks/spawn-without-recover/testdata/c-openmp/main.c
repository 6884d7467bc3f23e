#include <stdlib.h>

static void crunch(int i)
{
    if (i > 100)
        abort();
}

int main(void)
{
#pragma omp parallel // expect: spawn-without-recover(fatal)
    {
        crunch(7);
    }
    return 0;
}
