void drop(char **p);
#define AUTO __attribute__((cleanup(drop)))
char *get(void);

int two(int n)
{
    AUTO char *a = get();
    for (;;) {
        __attribute__((cleanup(drop))) char *b = get();
        if (n == 1)
            break;
        if (n == 2)
            goto out;
        if (n == 3)
            return *b;
    }
    n++;
out:
    return n;
}
