#include <sys/socket.h>
#include <unistd.h>

#include "session.h"

void *session_read(void *arg)
{
    struct session *session = arg;
    char buffer[256];
    while (recv(session->sock, buffer, sizeof buffer, 0) > 0)
        continue;
    close(session->sock); // related: send-on-closed-channel
    return NULL;
}
