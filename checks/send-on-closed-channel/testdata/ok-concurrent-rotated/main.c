#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *log_file;

static void log_text(const char *text)
{
    pthread_mutex_lock(&log_lock);
    fputs(text, log_file);
    pthread_mutex_unlock(&log_lock);
}

static void log_rotate(void)
{
    pthread_mutex_lock(&log_lock);
    fclose(log_file);
    rename("app.log", "app.log.1");
    log_file = fopen("app.log", "w");
    if (!log_file)
        log_file = stderr;
    pthread_mutex_unlock(&log_lock);
}

static void *worker(void *arg)
{
    for (;;) {
        log_text("tick\n");
        usleep(1000);
    }
    return arg;
}

int main(void)
{
    pthread_t thread;
    log_file = stderr;
    if (pthread_create(&thread, NULL, worker, NULL) != 0)
        return 1;
    for (;;) {
        sleep(3600);
        log_rotate();
    }
}
