#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

static atomic_bool stop;

void request_stop(void)
{
    atomic_store(&stop, true);
}

int main(void)
{
    while (!atomic_load(&stop)) {
        usleep(100000);
        sleep(1);
    }
    return 0;
}
