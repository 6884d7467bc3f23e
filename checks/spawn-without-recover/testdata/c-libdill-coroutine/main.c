#include "libdill_min.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

int main(void)
{
    struct ipaddr addr = {{0}};
    int listener = tcp_listen(&addr, 10);
    int sessions = bundle();
    if (listener < 0 || sessions < 0)
        exit(1);
    for (int i = 0; i < 100; i++) {
        int connection = tcp_accept(listener, NULL, -1);
        if (connection < 0)
            break;
        bundle_go(sessions, session_run(connection)); // expect: spawn-without-recover(fatal)
    }
    int reporter = go(session_report(60)); // nothing in it ends the process
    if (reporter >= 0)
        hclose(reporter);
    hclose(sessions);
    return tcp_close(listener, -1);
}
