#include "nn_min.h"

#include <string.h>

static int say(const char *url, const char *text)
{
    int s = nn_socket(AF_SP, NN_PAIR);
    if (s < 0)
        return -1;
    int status = nn_connect(s, url);
    if (status < 0) {
        nn_close(s);
        goto out;
    }
    status = nn_send(s, text, strlen(text), 0);
out:
    nn_close(s); // expect: channel-double-close
    return status;
}

static int say_well(const char *url, const char *text)
{
    int s = nn_socket(AF_SP, NN_PAIR);
    if (s < 0)
        return -1;
    int status = nn_connect(s, url);
    if (status >= 0)
        status = nn_send(s, text, strlen(text), 0);
    nn_close(s);
    return status;
}

int main(int argc, char **argv)
{
    return argc < 3 ? 1 : say(argv[1], argv[2]) + say_well(argv[1], argv[2]);
}
