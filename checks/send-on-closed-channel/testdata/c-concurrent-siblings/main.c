#include <unistd.h>

#include "audit.h"

int main(void)
{
    if (audit_open("/var/log/audit") != 0 || audit_start() != 0)
        return 1;
    for (;;)
        pause();
}
