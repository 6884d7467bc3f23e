#include <pthread.h>
#include <setjmp.h>

struct parser {
    jmp_buf failed;
    int depth;
};

static void parse(struct parser *parser)
{
    if (++parser->depth > 100)
        longjmp(parser->failed, 1);
}

static void *worker(void *arg)
{
    struct parser parser = {.depth = 0};
    if (setjmp(parser.failed))
        return arg;
    parse(&parser);
    return 0;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0))
        return 1;
    return pthread_join(thread, 0);
}
