#include "publisher.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    struct publisher publisher;
    if (argc < 2 || publisher_open(&publisher, argv[1]))
        return 1;
    for (int i = 2; i < argc; i++)
        if (publisher_say(&publisher, argv[i]) < 0)
            perror(argv[i]);
    publisher_close(&publisher);
    return publisher_say(&publisher, "bye") < 0; // expect: send-on-closed-channel
}
