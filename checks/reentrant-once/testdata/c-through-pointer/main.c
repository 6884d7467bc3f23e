#include <pthread.h>

struct backend {
    int (*open)(const char *name);
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const struct backend *chosen;

static void choose(void);

static const struct backend *backend(void)
{
    pthread_once(&once, choose);
    return chosen;
}

static int open_nested(const char *name)
{
    return name ? backend()->open(0) : 0;
}

static const struct backend nested = {.open = open_nested};

static void choose(void)
{
    chosen = &nested;
    chosen->open("probe"); // expect: reentrant-once
}

int main(void)
{
    return backend()->open(0);
}
