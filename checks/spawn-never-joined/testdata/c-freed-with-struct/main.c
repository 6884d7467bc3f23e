#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    pthread_t thread;
    FILE *log;
};

static void *serve(void *arg)
{
    struct session *session = arg;
    fputs("serving\n", session->log);
    return 0;
}

/* On the error path the handle goes with the struct: nobody can join the thread any more. */
static struct session *session_open(const char *path)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return 0;
    if (pthread_create(&session->thread, 0, serve, session)) { // expect: spawn-never-joined
        free(session);
        return 0;
    }
    session->log = fopen(path, "a");
    if (!session->log) {
        free(session);
        return 0;
    }
    return session;
}

static struct session *session_reopen(const char *path)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session)
        return 0;
    if (pthread_create(&session->thread, 0, serve, session)) {
        free(session);
        return 0;
    }
    session->log = fopen(path, "a");
    if (!session->log) {
        pthread_join(session->thread, 0);
        free(session);
        return 0;
    }
    return session;
}

static void session_close(struct session *session)
{
    if (!session)
        return;
    pthread_join(session->thread, 0);
    fclose(session->log);
    free(session);
}

int main(int argc, char **argv)
{
    session_close(session_open(argv[argc - 1]));
    session_close(session_reopen(argv[argc - 1]));
    return 0;
}
