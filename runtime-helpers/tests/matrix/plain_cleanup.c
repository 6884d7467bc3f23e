/* Compiled without -fexceptions: pthread_cleanup_push registers a buffer on the stack. */
#include <pthread.h>

void plain_cleanup(void (*handler)(void *), void *arg, void (*leave)(void));

void plain_cleanup(void (*handler)(void *), void *arg, void (*leave)(void))
{
    pthread_cleanup_push(handler, arg);
    leave();
    pthread_cleanup_pop(0);
}
