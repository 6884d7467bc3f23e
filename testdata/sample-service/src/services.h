/* Background services: a table of threads, started and stopped together. */
#ifndef JOBD_SERVICES_H
#define JOBD_SERVICES_H

#include "queue.h"

void services_start(struct queue *queue);
void services_stop(void);

#endif
