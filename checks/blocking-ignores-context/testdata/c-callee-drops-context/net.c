#include "net.h"

#include <sys/socket.h>

int net_receive(int fd, void *buffer, unsigned long size)
{
    return (int)recv(fd, buffer, size, 0);
}
