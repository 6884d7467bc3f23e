#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t quit;

static void on_term(int signal_number)
{
    (void)signal_number;
    quit = 1;
}

int main(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_term;
    sigaction(SIGTERM, &action, 0);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    listen(listener, 16);
    while (!quit) {
        int client = accept(listener, 0, 0);
        if (client < 0 && errno == EINTR)
            continue;
        if (client < 0)
            break;
        close(client);
    }
    return 0;
}
