#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <string.h>

struct log {
    mqd_t queue;
    int lost;
};

static int log_open(struct log *log, const char *name)
{
    log->lost = 0;
    log->queue = mq_open(name, O_WRONLY | O_CREAT | O_NONBLOCK, 0600, NULL);
    return log->queue == (mqd_t)-1 ? -1 : 0;
}

static void log_line(struct log *log, const char *line)
{
    if (mq_send(log->queue, line, strlen(line), 0))
        log->lost++;
}

static int log_close(struct log *log)
{
    mq_close(log->queue);
    if (log->lost)
        log_line(log, "some lines were lost"); // expect: send-on-closed-channel
    return log->lost;
}

int main(int argc, char **argv)
{
    struct log log;
    if (argc < 2 || log_open(&log, argv[1]))
        return 1;
    for (int i = 2; i < argc; i++)
        log_line(&log, argv[i]);
    return log_close(&log);
}
