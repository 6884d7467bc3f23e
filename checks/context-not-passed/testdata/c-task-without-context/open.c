#include <pthread.h>
#include <rh/io.h>

#include "session.h"

int session_open(rh_ctx *server, struct session *session)
{
    pthread_t thread;
    if (rh_ctx_status(server) != RH_OK)
        return -1;
    if (pthread_create(&thread, NULL, session_run, session)) // expect: context-not-passed(task)
        return -1;
    return pthread_detach(thread);
}
