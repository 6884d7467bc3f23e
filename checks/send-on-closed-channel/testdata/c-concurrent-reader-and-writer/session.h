#ifndef SESSION_H
#define SESSION_H

#include <pthread.h>

struct session {
    int sock;
    int pending[16], count;
};

void *session_read(void *session);
void *session_write(void *session);
int session_start(struct session *session);

#endif
