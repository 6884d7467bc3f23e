#include <pthread.h>
#include <setjmp.h>

struct parser {
    sigjmp_buf on_error;
    int depth;
};

static void parse_error(struct parser *parser)
{
    siglongjmp(parser->on_error, 1); // expect: recover-in-wrong-task
}

static void *parse(void *arg)
{
    struct parser *parser = arg;
    if (++parser->depth > 100)
        parse_error(parser);
    return 0;
}

int main(void)
{
    static struct parser parser;
    pthread_t thread;
    if (sigsetjmp(parser.on_error, 1))
        return 1;
    if (pthread_create(&thread, 0, parse, &parser)) // expect: spawn-without-recover
        return 2;
    return pthread_join(thread, 0);
}
