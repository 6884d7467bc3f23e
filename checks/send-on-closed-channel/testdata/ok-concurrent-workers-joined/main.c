#include "pool.h"

int main(void)
{
    struct pool pool;
    FILE *results = fopen("results", "w");
    if (!results)
        return 1;
    if (pool_start(&pool, results) == 0)
        pool_wait(&pool);
    fclose(pool.results);
    return 0;
}
