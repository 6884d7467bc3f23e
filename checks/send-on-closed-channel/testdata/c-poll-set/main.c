// The entries of a poll set: what is closed in a turn of the loop must not be written in the same turn; the next
// turn has another entry.
#include <poll.h>
#include <unistd.h>

void answer_all(struct pollfd *set, int count)
{
    for (int i = 0; i < count; i++) {
        if (set[i].revents & POLLHUP)
            close(set[i].fd);
        if (set[i].revents & POLLOUT)
            write(set[i].fd, "x", 1); // expect: send-on-closed-channel
    }
}

void answer_living(struct pollfd *set, int count)
{
    for (int i = 0; i < count; i++) {
        if (set[i].revents & POLLHUP) {
            close(set[i].fd);
            set[i].fd = -1;
            continue;
        }
        if (set[i].revents & POLLOUT)
            write(set[i].fd, "x", 1);
    }
}

void replace_last(struct pollfd *set, int *count, int dead)
{
    close(set[dead].fd);
    set[dead] = set[--*count];
    write(set[dead].fd, "hello", 5);
}

void say_then_close(struct pollfd *set, int count)
{
    for (int i = 0; i < count; i++)
        if (write(set[i].fd, "bye", 3) != 3 || (set[i].revents & POLLERR))
            close(set[i].fd);
}

void drop_empty(struct pollfd *set, int count)
{
    int i = 0;
    while (i < count) {
        if (set[i].revents == 0) {
            close(set[i].fd);
            i++;
            continue;
        }
        write(set[i++].fd, "x", 1);
    }
}

int main(void)
{
    struct pollfd set[4] = {{3, POLLIN, 0}, {4, POLLIN, 0}, {5, POLLIN, 0}, {6, POLLIN, 0}};
    int count = 4;
    poll(set, 4, 1000);
    answer_all(set, count);
    answer_living(set, count);
    replace_last(set, &count, 1);
    say_then_close(set, count);
    drop_empty(set, count);
}
