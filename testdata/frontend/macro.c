void __assert_fail(const char *text, const char *file, unsigned line) __attribute__((noreturn));
#define assert(e) ((e) ? (void)0 : __assert_fail(#e, "macro.c", 3))
#define TWICE(x) x; x
#define EACH(i, n) for (int i = 0; i < n; i++)
void use(int);
void f(int n)
{
    assert(n > 0);
    TWICE(use(n));
    EACH(i, n) use(i);
}
