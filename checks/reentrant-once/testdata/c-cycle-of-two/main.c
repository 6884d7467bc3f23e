#include <pthread.h>

static pthread_once_t users = PTHREAD_ONCE_INIT, groups = PTHREAD_ONCE_INIT;
static int user_count, group_count;

static void load_users(void);
static void load_groups(void);

static int get_users(void)
{
    pthread_once(&users, load_users);
    return user_count;
}

static int get_groups(void)
{
    pthread_once(&groups, load_groups);
    return group_count;
}

static void load_users(void)
{
    user_count = get_groups() + 1; // expect: reentrant-once
}

static void load_groups(void)
{
    group_count = get_users() + 1; // expect: reentrant-once
}

int main(void)
{
    return get_users() + get_groups();
}
