#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static _Thread_local int own_log = -1;

static void own_log_open(int number)
{
    char path[64];
    snprintf(path, sizeof path, "worker-%d.log", number);
    own_log = open(path, O_WRONLY | O_CREAT, 0600);
}

static void *work(void *arg)
{
    own_log_open(*(int *)arg);
    (void)!write(own_log, "begin\n", 6);
    close(own_log);
    return arg;
}

int main(void)
{
    static int numbers[] = {1, 2, 3};
    pthread_t threads[3];
    own_log_open(0);
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, work, &numbers[i]) != 0)
            return 1;
    (void)!write(own_log, "main\n", 5);
    close(own_log);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
