/* A small job server: each request runs in a thread of its own; one bad request ends the whole process. */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct request {
    const char *text;
    int answer;
};

static int parse(const char *text)
{
    if (!text)
        abort();
    if (strcmp(text, "quit") == 0)
        exit(3);
    assert(text[0] != '#');
    return atoi(text);
}

static void *serve(void *arg)
{
    struct request *request = arg;
    request->answer = parse(request->text) * 2;
    return NULL;
}

int main(void)
{
    static const char *const texts[] = {"1", NULL, "quit", "#", "21"};
    int sum = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct request request = {texts[i], 0};
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, &request) != 0)
            return 1;
        pthread_join(thread, NULL);
        sum += request.answer;
    }
    printf("sum %d\n", sum);
    return sum == 44 ? 0 : 1;
}
