/* One cell of the build matrix: compiled as C and as C++, by each compiler, with each set of flags. */
#define JOIN_(a, b) a##b
#define JOIN(a, b)  JOIN_(a, b)

#ifdef __cplusplus
struct cleaner {
    int *count;
    ~cleaner()
    {
        ++*count;
    }
};
#define CLEANER(count) cleaner cleans = {count}
extern "C" void JOIN(CELL, _call)(int *count, void (*leave)(void));
extern "C" void JOIN(CELL, _fault)(int *count, volatile char *where, void (*leave)(void));
#else
static void clean(int **count)
{
    ++**count;
}
#define CLEANER(count) __attribute__((cleanup(clean))) int *cleans = (count)
void JOIN(CELL, _call)(int *count, void (*leave)(void));
void JOIN(CELL, _fault)(int *count, volatile char *where, void (*leave)(void));
#endif

void JOIN(CELL, _call)(int *count, void (*leave)(void))
{
    CLEANER(count);
    leave();
    (void)cleans;
}

void JOIN(CELL, _fault)(int *count, volatile char *where, void (*leave)(void))
{
    CLEANER(count);
    if (!where)
        leave();
    *where = 1;
    (void)cleans;
}
