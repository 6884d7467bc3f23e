/* librh_preload.so: an unchanged program's threads become tasks.
 *
 *     LD_PRELOAD=librh_preload.so program
 *
 * pthread_create gives every thread the root frame of rh_pthread_create; pthread_once becomes
 * rh_pthread_once, which does not hang on itself.  RH_PRELOAD, a list of words, adds what changes a program's
 * meaning more: exit    exit() in a thread made by pthread_create ends that thread abort   abort() and
 * failing asserts likewise faults  hardware faults write a record before they end the process The library is
 * linked in whole and hidden; its own calls go to libc through --wrap.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rh/once.h>
#include <rh/panic.h>
#include <rh/spawn.h>

#define PUBLIC __attribute__((visibility("default")))

typedef int (*create_function)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
typedef int (*once_function)(pthread_once_t *, void (*)(void));
typedef void (*exit_function)(int);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);
int __wrap_pthread_once(pthread_once_t *once, void (*fn)(void));

static void *next(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
        _Exit(127); /* there is no libc below us: nothing can be done */
    return found;
}

/* A word of RH_PRELOAD; short names, so a substring will do. */
static bool wants(const char *word)
{
    const char *list = getenv("RH_PRELOAD");
    return list && strstr(list, word);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    static create_function real;
    if (!real)
        *(void **)&real = next("pthread_create");
    return real(thread, attr, start, arg);
}

int __wrap_pthread_once(pthread_once_t *once, void (*fn)(void))
{
    static once_function real;
    if (!real)
        *(void **)&real = next("pthread_once");
    return real(once, fn);
}

PUBLIC int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    void *entry = rh_entry_new(start, arg, __builtin_return_address(0));
    if (!entry)
        return EAGAIN;
    if (wants("faults"))
        (void)rh_fault_records();
    int error = __wrap_pthread_create(thread, attr, rh_entry_run, entry);
    if (error)
        rh_entry_free(entry);
    return error;
}

PUBLIC int pthread_once(pthread_once_t *once, void (*fn)(void))
{
    return rh_pthread_once(once, fn);
}

PUBLIC _Noreturn void exit(int status)
{
    static exit_function real;
    if (rh_recovering() && wants("exit"))
        rh_exit(status);
    *(void **)&real = next("exit");
    real(status);
    _Exit(status);
}

PUBLIC _Noreturn void abort(void)
{
    if (rh_recovering() && wants("abort"))
        rh_abort();
    void (*real)(void);
    *(void **)&real = next("abort");
    real();
    _Exit(127);
}

PUBLIC _Noreturn void __assert_fail(const char *expression, const char *file, unsigned line,
                                    const char *function)
{
    typedef void (*assert_function)(const char *, const char *, unsigned, const char *);
    if (rh_recovering() && wants("abort"))
        rh_assert_fail(expression, file, line, function);
    assert_function real;
    *(void **)&real = next("__assert_fail");
    real(expression, file, line, function);
    _Exit(127);
}
