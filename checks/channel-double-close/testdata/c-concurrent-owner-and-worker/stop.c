#include <sys/socket.h>
#include <unistd.h>

#include "uplink.h"

static void hang_up(struct uplink *uplink)
{
    shutdown(uplink->sock, SHUT_RDWR);
    close(uplink->sock); // related: channel-double-close
}

void uplink_shutdown(struct uplink *uplink)
{
    hang_up(uplink);
    pthread_join(uplink->receiver, NULL);
}
