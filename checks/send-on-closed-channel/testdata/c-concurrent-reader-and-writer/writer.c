#include <sys/socket.h>
#include <unistd.h>

#include "session.h"

void *session_write(void *arg)
{
    struct session *session = arg;
    for (;;) {
        for (int i = 0; i < session->count; i++)
            if (send(session->sock, &session->pending[i], sizeof(int), MSG_NOSIGNAL) < 0) // expect: send-on-closed-channel
                return NULL;
        sleep(1);
    }
}
