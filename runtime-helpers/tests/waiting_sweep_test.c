/* The fail-nth sweep over contexts, channels, onces, IO, descriptors and guards: each scenario runs with its
 * first point failing, then its second, ... until none is left.  Whatever fails: nothing hangs (alarm), no
 * context, descriptor or message is lost, and the status says what happened.  Memory is ASan's and valgrind's
 * to count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/fd.h>
#include <rh/guard.h>
#include <rh/io.h>
#include <rh/once.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "quiet.h"

enum { ms = 1000000 };

/* True when the scenario did all that it does without failures. */
typedef bool (*scenario)(void);

static int open_descriptors(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

static void *run_scenario(void *arg)
{
    return (*(scenario *)arg)() ? arg : NULL;
}

/* On a thread of its own, so that what is kept per thread is made, and given back, every time. */
static bool run_once(scenario run)
{
    pthread_t thread;
    void *whole = NULL;
    assert_int_equal(pthread_create(&thread, NULL, run_scenario, &run), 0);
    pthread_join(thread, &whole);
    return whole != NULL;
}

static void sweep(void **state)
{
    scenario run = *(scenario *)*state;
    size_t live = rh_ctx_live();
    int descriptors = open_descriptors();
    bool fired = true;
    alarm(60);
    for (uint64_t n = 1; fired; n++) {
        rh_fail_nth(n);
        bool whole = run_once(run);
        fired = rh_fail_fired() > 0;
        rh_fail_nth(0);
        assert_true(whole || fired);
        assert_true(fired || n > 1); /* it passed a point at all */
        for (int i = 0; i < 2000 && rh_ctx_live() != live; i++)
            poll(NULL, 0, 1); /* the timer's thread may hold one for a moment */
        assert_int_equal(rh_ctx_live(), live);
        assert_int_equal(open_descriptors(), descriptors);
    }
    alarm(0);
}

static void count(void *arg)
{
    ++*(_Atomic int *)arg;
}

static bool contexts(void)
{
    _Atomic int runs = 0;
    rh_ctx *root = rh_ctx_new(NULL), *timed = rh_ctx_with_timeout(root, 5 * ms);
    rh_ctx *valued = rh_ctx_with_value(timed, &runs, &runs, NULL);
    bool whole = root && timed && valued;
    rh_ctx_hook hook;
    rh_status status = timed ? rh_ctx_on_cancel(timed, &hook, count, &runs) : RH_ENOMEM;
    if (status == RH_OK) {
        while (rh_ctx_status(timed) == RH_OK)
            poll(NULL, 0, 1);
        runs += rh_ctx_hook_stop_wait(&hook);
        assert_int_equal(runs, 1);
    } else {
        assert_true(status == RH_ENOMEM || status == RH_ESYS);
        assert_int_equal(runs, 0);
        whole = false;
    }
    whole = root && rh_ctx_fd(root) >= 0 && whole;
    rh_ctx_release(valued);
    rh_ctx_release(timed);
    rh_ctx_release(root);
    return whole;
}

static bool channels(void)
{
    rh_chan *chan = rh_chan_new(4, sizeof(int));
    if (!chan) {
        assert_int_equal(errno, ENOMEM);
        return false;
    }
    int sent = 0, received = 0, value = 7;
    rh_ctx *ctx = rh_ctx_new(NULL);
    sent += rh_chan_send(chan, &value) == RH_OK;
    sent += rh_chan_try_send(chan, &value) == RH_OK;
    sent += rh_chan_send_until(chan, &value, rh_now()) == RH_OK;
    sent += rh_chan_send_ctx(chan, &value, ctx) == RH_OK;
    received += rh_chan_recv(chan, &value) == RH_OK;
    received += rh_chan_recv_until(chan, &value, rh_now()) == RH_OK;
    received += rh_chan_recv_ctx(chan, &value, ctx) == RH_OK;
    received += rh_chan_try_recv(chan, &value) == RH_OK;
    assert_int_equal(rh_chan_length(chan), sent - received); /* nothing lost, nothing twice */
    bool whole = ctx && sent == 4 && received == 4;
    rh_ctx_release(ctx);
    rh_chan_release(chan);
    return whole;
}

static bool selects(void)
{
    int fd[2], value = 1;
    size_t chosen;
    bool whole = true;
    rh_chan *chan = rh_chan_new(1, sizeof(int));
    assert_int_equal(pipe(fd), 0);
    rh_case few[2] = {RH_RECV(chan, &value), RH_FD(fd[0], POLLIN)};
    rh_status status = rh_select(few, 2, rh_now() + ms, &chosen);
    assert_int_equal(chosen, 2);
    whole = status == RH_TIMEOUT && chan;
    assert_true(status == RH_TIMEOUT || status == RH_ESYS || status == RH_ENOMEM);
    rh_case many[10] = {RH_SEND(chan, &value)};
    for (int i = 1; i < 10; i++)
        many[i] = RH_RECV(NULL, &value);
    status = rh_select(many, 10, rh_now() + ms, &chosen);
    assert_true(status != RH_OK || rh_chan_length(chan) == 1);
    whole = whole && status == RH_OK;
    rh_chan_release(chan);
    close(fd[0]);
    close(fd[1]);
    return whole;
}

static bool pipes(void)
{
    int fd[2];
    char text[4];
    size_t put = 9, got = 9;
    assert_int_equal(pipe(fd), 0);
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 5 * ms);
    bool whole = timed && rh_write(timed, fd[1], "abc", 3, &put) == RH_OK;
    if (whole || put == 3) {
        rh_status status = rh_read(timed, fd[0], text, 4, &got);
        assert_int_equal(got, status == RH_OK ? 3 : 0);
        whole = whole && (status == RH_OK || status == RH_TIMEOUT);
        if (status == RH_OK && timed) {
            status = rh_read(timed, fd[0], text, 4, &got); /* has to wait: needs the wake descriptor */
            whole = whole && status == RH_TIMEOUT;
        }
    }
    rh_ctx_release(timed);
    close(fd[0]);
    close(fd[1]);
    return whole;
}

static bool sockets(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0), accepted = -1;
    char byte;
    size_t n;
    assert_int_equal(bind(server, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(server, 5), 0);
    assert_int_equal(getsockname(server, (struct sockaddr *)&address, &length), 0);
    bool whole = rh_connect(NULL, client, (struct sockaddr *)&address, length) == RH_OK &&
                 rh_accept(NULL, server, NULL, NULL, &accepted) == RH_OK &&
                 rh_send(NULL, client, "x", 1, 0, &n) == RH_OK &&
                 rh_recv(NULL, accepted, &byte, 1, 0, &n) == RH_OK;
    if (accepted >= 0)
        close(accepted);
    close(client);
    close(server);
    return whole;
}

static bool resolving(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST}, *result;
    int error;
    rh_status status = rh_getaddrinfo(NULL, "127.0.0.1", "80", &hints, &result, &error);
    assert_true((status == RH_OK) == (result != NULL));
    if (result)
        freeaddrinfo(result);
    return status == RH_OK;
}

static bool processes(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    int status;
    bool whole = rh_waitpid(NULL, pid, &status, 0) == RH_OK;
    if (!whole)
        assert_int_equal(waitpid(pid, &status, 0), pid); /* it is there to be waited for still */
    return whole;
}

static bool descriptors(void)
{
    int pair[2];
    char byte;
    assert_int_equal(pipe(pair), 0);
    rh_fd *in = rh_fd_new(pair[0]), *out = rh_fd_new(pair[1]);
    bool whole = in && out && rh_fd_write(NULL, out, "x", 1, NULL) == RH_OK &&
                 rh_fd_read(NULL, in, &byte, 1, NULL) == RH_OK;
    if (!in) /* not taken over */
        close(pair[0]);
    if (!out)
        close(pair[1]);
    rh_fd_release(in);
    rh_fd_release(out);
    return whole;
}

static rh_status succeed(void *arg)
{
    ++*(int *)arg;
    return RH_OK;
}

static void ignore_stall(const rh_stall *stall, void *arg)
{
    (void)stall, (void)arg;
}

static bool guards(void)
{
    int calls = 0;
    rh_guard guard = {.name = "sweep", .breaker = rh_breaker_new(&(rh_breaker_rules){.consecutive = 9})};
    rh_chan *chan = rh_chan_new(1, 1);
    rh_status status = rh_guard_call(&guard, succeed, &calls);
    assert_int_equal(calls, status == RH_OK);
    bool whole = status == RH_OK && guard.breaker && chan;
    if (guard.breaker) {
        status = rh_breaker_call(guard.breaker, succeed, &calls);
        whole = whole && status == RH_OK;
    }
    rh_stall_probe probe;
    status = rh_stall_watch(&probe, chan, ms, ignore_stall, NULL);
    if (status == RH_OK)
        rh_stall_unwatch(&probe);
    whole = whole && status == RH_OK;
    rh_chan_release(chan);
    rh_breaker_release(guard.breaker);
    return whole;
}

static void initialise(void *arg)
{
    ++*(int *)arg;
}

/* A once that fails for want of something says so and is done by the next call. */
static bool onces(void)
{
    int runs = 0;
    rh_once once = RH_ONCE_INIT;
    rh_status status = rh_once_do(&once, initialise, &runs);
    assert_int_equal(runs, status == RH_OK);
    rh_chan *chan = rh_chan_new(0, 0); /* a point, where rh_once itself has none */
    rh_chan_release(chan);
    if (status != RH_OK)
        assert_int_equal(rh_once_do(&once, initialise, &runs), RH_OK);
    assert_int_equal(runs, 1);
    return status == RH_OK && chan;
}

int main(void)
{
    log_capture();
    static scenario all[] = {contexts,  channels,  selects,     pipes,  sockets,
                             resolving, processes, descriptors, guards, onces};
#define SWEEP(i, name) {name, sweep, NULL, NULL, &all[i]}
    const struct CMUnitTest tests[] = {
        SWEEP(0, "contexts"), SWEEP(1, "channels"),  SWEEP(2, "selects"),   SWEEP(3, "pipes"),
        SWEEP(4, "sockets"),  SWEEP(5, "resolving"), SWEEP(6, "processes"), SWEEP(7, "descriptors"),
        SWEEP(8, "guards"),   SWEEP(9, "onces"),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
