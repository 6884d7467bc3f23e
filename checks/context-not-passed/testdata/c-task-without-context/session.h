#ifndef SESSION_H
#define SESSION_H
#include <rh/context.h>

struct session {
    int fd;
    unsigned long received;
};

int session_open(rh_ctx *server, struct session *session);
void *session_run(void *arg);
#endif
