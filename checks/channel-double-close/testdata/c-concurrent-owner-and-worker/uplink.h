#ifndef UPLINK_H
#define UPLINK_H

#include <pthread.h>

struct uplink {
    int sock;
    pthread_t receiver;
};

int uplink_start(struct uplink *uplink);
void uplink_shutdown(struct uplink *uplink);

#endif
