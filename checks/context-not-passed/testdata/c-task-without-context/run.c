#include "session.h"

#include <sys/socket.h>
#include <unistd.h>

static long receive(struct session *session, char *buffer, size_t size)
{
    long got = recv(session->fd, buffer, size, 0); // related: context-not-passed
    if (got > 0)
        session->received += (unsigned long)got;
    return got;
}

void *session_run(void *arg)
{
    struct session *session = arg;
    char buffer[1024];
    while (receive(session, buffer, sizeof buffer) > 0)
        ;
    close(session->fd);
    return NULL;
}
