#include "session.h"

int session_start(struct session *session)
{
    pthread_t reader, writer;
    if (pthread_create(&reader, NULL, session_read, session) != 0)
        return -1;
    pthread_detach(reader);
    if (pthread_create(&writer, NULL, session_write, session) != 0)
        return -1;
    pthread_detach(writer);
    return 0;
}
