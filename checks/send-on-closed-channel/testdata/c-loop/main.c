#include <sys/socket.h>
#include <unistd.h>

static void feed(int fd, const char *text, int count)
{
    for (int i = 0; i < count; i++) {
        if (send(fd, text, 1, 0) != 1) { // expect: send-on-closed-channel
            close(fd); // expect: channel-double-close
            continue;
        }
        text++;
    }
}

int main(void)
{
    feed(socket(AF_INET, SOCK_STREAM, 0), "hello", 5);
    return 0;
}
