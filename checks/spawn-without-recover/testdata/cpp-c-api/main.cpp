#include <pthread.h>
#include <stdexcept>

/* A C++ entry given to a C spawn API is this check's. */
static void *entry(void *arg)
{
    if (!arg)
        throw std::runtime_error("no argument");
    return arg;
}

int main()
{
    pthread_t thread;
    return pthread_create(&thread, nullptr, entry, nullptr); // expect: spawn-without-recover(exception)
}
