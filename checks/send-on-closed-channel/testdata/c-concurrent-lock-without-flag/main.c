#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_file;

static void log_line(const char *text)
{
    pthread_mutex_lock(&log_lock);
    fputs(text, log_file); // expect: send-on-closed-channel
    pthread_mutex_unlock(&log_lock);
}

static void *worker(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        log_line("working\n");
        usleep(1000);
    }
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    log_file = fopen(argc > 1 ? argv[1] : "app.log", "a");
    if (!log_file || pthread_create(&thread, NULL, worker, NULL) != 0)
        return 1;
    sleep(1);
    /* One at a time, but nothing tells the next that the file is gone. */
    pthread_mutex_lock(&log_lock);
    fclose(log_file);
    pthread_mutex_unlock(&log_lock);
    pthread_join(thread, NULL);
    return 0;
}
