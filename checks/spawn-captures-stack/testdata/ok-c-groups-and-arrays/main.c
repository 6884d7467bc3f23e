#include <rh/group.h>
#include <rh/spawn.h>
#include <stdio.h>
#include <stdlib.h>

struct slice {
    const int *values;
    int count;
    long sum;
};

static long add_up(struct slice *slice)
{
    for (int i = 0; i < slice->count; i++)
        slice->sum += slice->values[i];
    return slice->sum;
}

static rh_error *add_in_group(rh_ctx *ctx, void *arg)
{
    (void)ctx;
    add_up(arg);
    return NULL;
}

static void *add_in_thread(void *arg)
{
    add_up(arg);
    return NULL;
}

static long by_group(const int *values, int count)
{
    struct slice slices[2] = {{values, count / 2, 0}, {values + count / 2, count - count / 2, 0}};
    rh_group *group = rh_group_new(NULL, 0);
    if (!group)
        return -1;
    for (int i = 0; i < 2; i++)
        rh_group_go(group, add_in_group, &slices[i]);
    rh_status status = rh_group_wait(group);
    rh_group_destroy(group);
    return status == RH_OK ? slices[0].sum + slices[1].sum : -1;
}

/* The error path leaves by the group's end, which waits as well. */
static long by_group_or_not_at_all(const int *values, int count)
{
    struct slice slice = {values, count, 0};
    rh_group *group = rh_group_new(NULL, 0);
    if (!group)
        return -1;
    if (rh_group_go(group, add_in_group, &slice) != RH_OK || count > 100) {
        rh_group_destroy(group);
        return -1;
    }
    if (rh_group_wait(group) != RH_OK)
        slice.sum = -1;
    rh_group_destroy(group);
    return slice.sum;
}

static void join_all(pthread_t *threads, int count)
{
    while (count > 0)
        pthread_join(threads[--count], NULL);
}

static long by_array(const int *values, int count)
{
    struct slice slices[4];
    pthread_t threads[4];
    int started = 0;
    for (; started < 4; started++) {
        slices[started] = (struct slice){values + started, count / 4, 0};
        if (pthread_create(&threads[started], NULL, add_in_thread, &slices[started])) {
            join_all(threads, started);
            return -1;
        }
    }
    join_all(threads, started);
    return slices[0].sum;
}

static long by_job(const int *values, int count)
{
    struct slice slice = {values, count, 0};
    rh_job *job;
    if (rh_go(NULL, add_in_group, &slice, &job) != RH_OK)
        return -1;
    rh_status status = rh_job_wait(job, NULL, NULL);
    rh_job_release(job);
    return status == RH_OK ? slice.sum : -1;
}

int main(void)
{
    static const int values[] = {1, 2, 3, 4};
    printf("%ld\n", by_group(values, 4) + by_group_or_not_at_all(values, 4) + by_array(values, 4) + by_job(values, 4));
    return EXIT_SUCCESS;
}
