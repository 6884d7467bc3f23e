#include "audit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int audit_fd = -1;

int audit_open(const char *path)
{
    audit_fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0640);
    return audit_fd < 0 ? -1 : 0;
}

static void *heartbeat(void *unused)
{
    char line[64];
    for (;;) {
        int n = snprintf(line, sizeof line, "alive %ld\n", (long)time(NULL));
        if (write(audit_fd, line, (size_t)n) != n) // expect: send-on-closed-channel
            return unused;
        sleep(5);
    }
}

/* Gives the file back once the partition is nearly full. */
static void *watch_disk(void *unused)
{
    while (access("/var/log/full", F_OK) != 0)
        sleep(60);
    close(audit_fd); // related: send-on-closed-channel
    return unused;
}

int audit_start(void)
{
    pthread_t beat, disk;
    if (pthread_create(&disk, NULL, watch_disk, NULL) != 0)
        return -1;
    pthread_detach(disk);
    if (pthread_create(&beat, NULL, heartbeat, NULL) != 0)
        return -1;
    pthread_detach(beat);
    return 0;
}
