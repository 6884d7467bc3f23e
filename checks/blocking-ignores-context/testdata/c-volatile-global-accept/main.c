#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t shutting_down;

static void on_term(int signal_number)
{
    (void)signal_number;
    shutting_down = 1;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_term, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &action, 0);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    listen(listener, 16);
    while (!shutting_down) {
        int client = accept(listener, 0, 0); // expect: blocking-ignores-context
        if (client >= 0)
            close(client);
    }
    close(listener);
    return 0;
}
