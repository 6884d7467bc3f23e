#include <pthread.h>
#include <stdlib.h>

/* Reduced from redis: generic containers call what they were made with.  Of all the destructors of lists and of
 * dictionaries one pair would exit; the thread's list is made with none of them. */
struct list {
    void (*release)(void *);
    void *value;
};

struct dict {
    void (*drop)(void *);
    void *value;
};

static void list_empty(struct list *list)
{
    if (list->release)
        list->release(list->value);
}

static void dict_empty(struct dict *dict)
{
    dict->drop(dict->value);
}

static void drop_engine(void *value)
{
    if (!value)
        exit(1);
}

static void release_engine(void *value)
{
    dict_empty(value);
}

static void release_0(void *value)
{
    *(int *)value = 0;
}

static void drop_0(void *value)
{
    *(int *)value = 0;
}

static void release_1(void *value)
{
    *(int *)value = 1;
}

static void drop_1(void *value)
{
    *(int *)value = 1;
}

static void release_2(void *value)
{
    *(int *)value = 2;
}

static void drop_2(void *value)
{
    *(int *)value = 2;
}

static void release_3(void *value)
{
    *(int *)value = 3;
}

static void drop_3(void *value)
{
    *(int *)value = 3;
}

static void release_4(void *value)
{
    *(int *)value = 4;
}

static void drop_4(void *value)
{
    *(int *)value = 4;
}

static void release_5(void *value)
{
    *(int *)value = 5;
}

static void drop_5(void *value)
{
    *(int *)value = 5;
}

static void release_6(void *value)
{
    *(int *)value = 6;
}

static void drop_6(void *value)
{
    *(int *)value = 6;
}

static void release_7(void *value)
{
    *(int *)value = 7;
}

static void drop_7(void *value)
{
    *(int *)value = 7;
}

static struct list lists[] = {{release_engine, 0}, {release_0, 0}, {release_1, 0}, {release_2, 0}, {release_3, 0}, {release_4, 0}, {release_5, 0}, {release_6, 0}, {release_7, 0}};
static struct dict dicts[] = {{drop_engine, 0}, {drop_0, 0}, {drop_1, 0}, {drop_2, 0}, {drop_3, 0}, {drop_4, 0}, {drop_5, 0}, {drop_6, 0}, {drop_7, 0}};

static void *worker(void *arg)
{
    struct list own = {0, 0};
    list_empty(&own);
    return arg;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, 0)) // expect: spawn-without-recover(not-proven)
        return 1;
    list_empty(&lists[1]);
    dict_empty(&dicts[1]);
    return pthread_join(thread, 0);
}
