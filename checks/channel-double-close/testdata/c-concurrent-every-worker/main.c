#include <pthread.h>
#include <stdio.h>

struct job {
    FILE *out;
    int first, last;
};

static void *crunch(void *arg)
{
    struct job *job = arg;
    for (int i = job->first; i < job->last; i++)
        fprintf(job->out, "%d\n", i * i);
    fclose(job->out); // expect: channel-double-close
    return NULL;
}

/* All of them get the same job. */
int crunch_all(const char *path, int count)
{
    pthread_t threads[16];
    struct job job = {.first = 0, .last = count};
    int started = 0;
    job.out = fopen(path, "w");
    if (!job.out)
        return -1;
    for (; started < 16; started++)
        if (pthread_create(&threads[started], NULL, crunch, &job) != 0)
            break;
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return started;
}
