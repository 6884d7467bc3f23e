/* rh/io.h: what blocks ends with its context, and does what its namesake does. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/io.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wakefd.h"

enum { ms = 1000000 };

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

/* Cancels a context from another thread after a while. */
struct canceller {
    rh_ctx *ctx;
    int after;
    pthread_t thread;
};

static void *cancel_later(void *arg)
{
    struct canceller *canceller = arg;
    nap(canceller->after);
    rh_ctx_cancel(canceller->ctx, 1, "enough");
    return NULL;
}

static void cancel_after(struct canceller *canceller, int after)
{
    canceller->ctx = rh_ctx_new(NULL);
    canceller->after = after;
    pthread_create(&canceller->thread, NULL, cancel_later, canceller);
}

static void done_with(struct canceller *canceller)
{
    pthread_join(canceller->thread, NULL);
    rh_ctx_release(canceller->ctx);
}

static void read_and_write_a_pipe(void **state)
{
    (void)state;
    int fd[2];
    char text[8] = {0};
    size_t n = 99;
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(pipe(fd), 0);
    assert_int_equal(rh_write(ctx, fd[1], "hello", 5, &n), RH_OK);
    assert_int_equal(n, 5);
    assert_int_equal(rh_read(ctx, fd[0], text, 3, &n), RH_OK);
    assert_int_equal(n, 3);
    assert_int_equal(rh_read(NULL, fd[0], text + 3, 5, NULL), RH_OK);
    assert_string_equal(text, "hello");
    close(fd[1]);
    assert_int_equal(rh_read(ctx, fd[0], text, 3, &n), RH_CLOSED);
    assert_int_equal(n, 0);
    assert_int_equal(rh_read(ctx, -1, text, 3, &n), RH_ESYS);
    assert_int_equal(errno, EBADF);
    close(fd[0]);
    rh_ctx_release(ctx);
}

static void a_read_ends_with_its_context(void **state)
{
    (void)state;
    int fd[2];
    char byte;
    size_t n = 9;
    assert_int_equal(pipe(fd), 0);
    struct canceller canceller;
    cancel_after(&canceller, 20);
    assert_int_equal(rh_read(canceller.ctx, fd[0], &byte, 1, &n), RH_CANCELLED);
    assert_int_equal(n, 0);
    assert_int_equal(write(fd[1], "x", 1), 1);
    assert_int_equal(rh_read(canceller.ctx, fd[0], &byte, 1, &n),
                     RH_CANCELLED); /* it has ended: nothing is taken */
    assert_int_equal(rh_read(NULL, fd[0], &byte, 1, &n), RH_OK);
    assert_int_equal(poll(&(struct pollfd){.fd = wake_fd(), .events = POLLIN}, 1, 0),
                     0); /* nothing left behind */
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 20 * ms);
    rh_ns before = rh_now();
    assert_int_equal(rh_read(timed, fd[0], &byte, 1, &n), RH_TIMEOUT);
    assert_true(rh_now() - before >= 15 * ms);
    rh_ctx *fresh = rh_ctx_with_timeout(NULL, 20 * ms); /* an earlier cancel must not wake a later wait */
    assert_int_equal(rh_read(fresh, fd[0], &byte, 1, &n), RH_TIMEOUT);
    rh_ctx_release(fresh);
    rh_ctx_release(timed);
    done_with(&canceller);
    close(fd[0]);
    close(fd[1]);
}

static void a_full_pipe_ends_with_its_context(void **state)
{
    (void)state;
    int fd[2];
    static char much[300000];
    size_t n = 0;
    assert_int_equal(pipe(fd), 0);
    struct canceller canceller;
    cancel_after(&canceller, 20);
    assert_int_equal(rh_write(canceller.ctx, fd[1], much, sizeof much, &n), RH_CANCELLED);
    int in_pipe = 0;
    assert_int_equal(fcntl(fd[1], F_GETFL) & O_NONBLOCK, 0);
    for (ssize_t got; in_pipe < (int)n && (got = read(fd[0], much, sizeof much)) > 0;)
        in_pipe += (int)got;
    assert_int_equal(in_pipe, n); /* what it says it wrote is there */
    assert_true(n > 0 && n < sizeof much);
    done_with(&canceller);
    close(fd[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(rh_write(NULL, fd[1], "x", 1, &n), RH_CLOSED);
    assert_int_equal(n, 0);
    close(fd[1]);
}

static void *drain(void *arg)
{
    static char text[4096];
    long sum = 0;
    for (ssize_t n; (n = read(*(int *)arg, text, sizeof text)) > 0;)
        sum += n;
    return (void *)sum;
}

static void a_long_write_is_written_whole(void **state)
{
    (void)state;
    int fd[2];
    static char much[1000000];
    size_t n = 0;
    pthread_t reader;
    void *sum;
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(pipe(fd), 0);
    pthread_create(&reader, NULL, drain, &fd[0]);
    assert_int_equal(rh_write(ctx, fd[1], much, sizeof much, &n), RH_OK);
    close(fd[1]);
    pthread_join(reader, &sum);
    assert_int_equal(n, sizeof much);
    assert_int_equal((long)sum, sizeof much);
    close(fd[0]);
    rh_ctx_release(ctx);
}

static void regular_files(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    char text[4] = {0};
    size_t n;
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(rh_write(ctx, fileno(file), "abc", 3, &n), RH_OK);
    lseek(fileno(file), 0, SEEK_SET);
    posix_fadvise(fileno(file), 0, 0, POSIX_FADV_DONTNEED);
    assert_int_equal(rh_read(ctx, fileno(file), text, 4, &n), RH_OK);
    assert_string_equal(text, "abc");
    assert_int_equal(rh_read(ctx, fileno(file), text, 4, &n), RH_CLOSED);
    fclose(file);
    rh_ctx_release(ctx);
}

/* --- sockets --- */

static int listener(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(bind(fd, (struct sockaddr *)address, length), 0);
    assert_int_equal(listen(fd, 5), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, &length), 0);
    return fd;
}

static void accept_connect_send_recv(void **state)
{
    (void)state;
    struct sockaddr_in address, peer;
    unsigned length = sizeof peer;
    int server = listener(&address), client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), accepted;
    char text[8] = {0};
    size_t n;
    rh_ctx *ctx = rh_ctx_with_timeout(NULL, 5000 * (rh_ns)ms);
    assert_int_equal(rh_connect(ctx, client, (struct sockaddr *)&address, sizeof address), RH_OK);
    assert_int_equal(fcntl(client, F_GETFL) & O_NONBLOCK, 0);
    assert_int_equal(rh_accept(ctx, server, (struct sockaddr *)&peer, &length, &accepted), RH_OK);
    assert_true(fcntl(accepted, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(rh_send(ctx, client, "hello", 5, 0, &n), RH_OK);
    assert_int_equal(rh_recv(ctx, accepted, text, 7, 0, &n), RH_OK);
    assert_string_equal(text, "hello");
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 20 * ms);
    assert_int_equal(rh_recv(timed, accepted, text, 7, 0, &n), RH_TIMEOUT);
    assert_int_equal(rh_accept(timed, server, NULL, NULL, &accepted), RH_TIMEOUT);
    rh_ctx_release(timed);
    rh_ctx_release(ctx);
    close(client);
    close(server);
}

static void sockets_end_with_their_context(void **state)
{
    (void)state;
    int fd[2];
    char byte;
    size_t n;
    static char much[4000000];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    struct canceller one, two;
    cancel_after(&one, 20);
    assert_int_equal(rh_recv(one.ctx, fd[0], &byte, 1, 0, &n), RH_CANCELLED);
    done_with(&one);
    cancel_after(&two, 20);
    assert_int_equal(rh_send(two.ctx, fd[0], much, sizeof much, 0, &n), RH_CANCELLED);
    assert_true(n > 0);
    done_with(&two);
    close(fd[1]);
    signal(SIGPIPE, SIG_DFL); /* it must not be raised */
    assert_int_equal(rh_send(NULL, fd[0], "x", 1, 0, &n), RH_CLOSED);
    close(fd[0]);
}

static void accept_ends_with_its_context(void **state)
{
    (void)state;
    struct sockaddr_in address;
    int server = listener(&address), accepted;
    struct canceller canceller;
    cancel_after(&canceller, 20);
    assert_int_equal(rh_accept(canceller.ctx, server, NULL, NULL, &accepted), RH_CANCELLED);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(rh_connect(canceller.ctx, client, (struct sockaddr *)&address, sizeof address),
                     RH_CANCELLED);
    done_with(&canceller);
    close(server);
    assert_int_equal(rh_connect(NULL, client, (struct sockaddr *)&address, sizeof address), RH_ESYS);
    assert_int_equal(errno, ECONNREFUSED);
    close(client);
}

static void resolving(void **state)
{
    (void)state;
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *result;
    int error;
    rh_ctx *ctx = rh_ctx_new(NULL);
    assert_int_equal(rh_getaddrinfo(ctx, "127.0.0.1", "80", &hints, &result, &error), RH_OK);
    assert_int_equal(error, 0);
    assert_int_equal(((struct sockaddr_in *)(void *)result->ai_addr)->sin_port, htons(80));
    freeaddrinfo(result);
    assert_int_equal(rh_getaddrinfo(ctx, "no.number", "80", &hints, &result, &error), RH_ESYS);
    assert_int_equal(error, EAI_NONAME);
    rh_ctx_cancel(ctx, 1, NULL);
    assert_int_equal(rh_getaddrinfo(ctx, "127.0.0.1", "80", &hints, &result, &error), RH_CANCELLED);
    assert_null(result);
    rh_ctx_release(ctx);
}

/* --- time, threads, processes --- */

static void sleeping(void **state)
{
    (void)state;
    rh_ns before = rh_now();
    assert_int_equal(rh_sleep(NULL, 20 * ms), RH_OK);
    assert_true(rh_now() - before >= 20 * ms);
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 10 * ms);
    assert_int_equal(rh_sleep(timed, RH_FOREVER), RH_TIMEOUT);
    rh_ctx_release(timed);
    struct canceller canceller;
    cancel_after(&canceller, 10);
    assert_int_equal(rh_sleep(canceller.ctx, 60000 * (rh_ns)ms), RH_CANCELLED);
    assert_int_equal(rh_sleep(NULL, -5), RH_OK);
    done_with(&canceller);
}

struct waiting {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    bool ready;
};

static void *make_ready(void *arg)
{
    struct waiting *waiting = arg;
    nap(10);
    pthread_mutex_lock(&waiting->mutex);
    waiting->ready = true;
    pthread_cond_signal(&waiting->condition);
    pthread_mutex_unlock(&waiting->mutex);
    return NULL;
}

static void conditions(void **state)
{
    (void)state;
    struct waiting waiting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    pthread_t thread;
    struct canceller canceller;
    rh_ctx *ctx = rh_ctx_new(NULL);
    pthread_create(&thread, NULL, make_ready, &waiting);
    pthread_mutex_lock(&waiting.mutex);
    while (!waiting.ready)
        assert_int_equal(rh_cond_wait(ctx, &waiting.condition, &waiting.mutex), RH_OK);
    rh_ctx_release(ctx);
    cancel_after(&canceller, 20);
    rh_status status = RH_OK;
    while (status == RH_OK)
        status = rh_cond_wait(canceller.ctx, &waiting.condition, &waiting.mutex);
    assert_int_equal(status, RH_CANCELLED);
    assert_int_equal(rh_cond_wait(canceller.ctx, &waiting.condition, &waiting.mutex), RH_CANCELLED);
    assert_int_equal(pthread_mutex_trylock(&waiting.mutex), EBUSY); /* held whatever it returned */
    pthread_mutex_unlock(&waiting.mutex);
    pthread_join(thread, NULL);
    done_with(&canceller);
}

static void mutexes(void **state)
{
    (void)state;
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    struct canceller canceller;
    cancel_after(&canceller, 20);
    assert_int_equal(rh_mutex_lock(canceller.ctx, &mutex), RH_OK);
    assert_int_equal(rh_mutex_lock(canceller.ctx, &mutex), RH_CANCELLED);
    pthread_mutex_unlock(&mutex);
    assert_int_equal(rh_mutex_lock(canceller.ctx, &mutex), RH_CANCELLED);
    assert_int_equal(rh_mutex_lock(NULL, &mutex), RH_OK);
    pthread_mutex_unlock(&mutex);
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 10 * ms);
    pthread_mutex_lock(&mutex);
    assert_int_equal(rh_mutex_lock(timed, &mutex), RH_TIMEOUT);
    pthread_mutex_unlock(&mutex);
    rh_ctx_release(timed);
    done_with(&canceller);
}

/* A child that ends when the writing end of the pipe is closed. */
static pid_t child(int code, const int gate[2])
{
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 ? code : 99);
    }
    return pid;
}

static void processes(void **state)
{
    (void)state;
    int status = 0;
    int gate[2];
    assert_int_equal(pipe(gate), 0);
    pid_t quick = child(7, gate), slow = child(8, gate);
    struct canceller canceller;
    cancel_after(&canceller, 20);
    assert_int_equal(rh_waitpid(canceller.ctx, slow, &status, 0), RH_CANCELLED);
    assert_int_equal(rh_waitpid(NULL, slow, &status, WNOHANG), RH_OK);
    rh_ctx *timed = rh_ctx_with_timeout(NULL, 20 * ms);
    assert_int_equal(rh_waitpid(timed, -1, &status, 0), RH_TIMEOUT);
    rh_ctx_release(timed);
    close(gate[1]);
    assert_int_equal(rh_waitpid(NULL, quick, &status, 0), RH_OK);
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_int_equal(rh_waitpid(NULL, quick, &status, 0), RH_ESYS);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(rh_waitpid(NULL, -1, &status, 0), RH_OK);
    assert_int_equal(WEXITSTATUS(status), 8);
    close(gate[0]);
    done_with(&canceller);
}

/* Returns the descriptor's address when the other end is closed. */
static void *return_later(void *arg)
{
    char byte;
    return read(*(int *)arg, &byte, 1) == 0 ? arg : NULL;
}

static void joining(void **state)
{
    (void)state;
    int gate[2];
    void *result = NULL;
    pthread_t thread;
    assert_int_equal(pipe(gate), 0);
    struct canceller canceller;
    cancel_after(&canceller, 10);
    pthread_create(&thread, NULL, return_later, &gate[0]);
    assert_int_equal(rh_join(canceller.ctx, thread, &result), RH_CANCELLED);
    rh_ctx *ctx = rh_ctx_new(NULL);
    close(gate[1]);
    assert_int_equal(rh_join(ctx, thread, &result), RH_OK);
    assert_ptr_equal(result, &gate[0]);
    pthread_create(&thread, NULL, return_later, &gate[0]);
    assert_int_equal(rh_join(NULL, thread, NULL), RH_OK);
    close(gate[0]);
    rh_ctx_release(ctx);
    done_with(&canceller);
}

static int nothing_left(void **state)
{
    (void)state;
    return rh_ctx_live() == 0 ? 0 : -1;
}

int main(void)
{
#define LEAVES_NOTHING(test) cmocka_unit_test_setup_teardown(test, NULL, nothing_left)
    const struct CMUnitTest tests[] = {
        LEAVES_NOTHING(read_and_write_a_pipe),
        LEAVES_NOTHING(a_read_ends_with_its_context),
        LEAVES_NOTHING(a_full_pipe_ends_with_its_context),
        LEAVES_NOTHING(a_long_write_is_written_whole),
        LEAVES_NOTHING(regular_files),
        LEAVES_NOTHING(accept_connect_send_recv),
        LEAVES_NOTHING(sockets_end_with_their_context),
        LEAVES_NOTHING(accept_ends_with_its_context),
        LEAVES_NOTHING(resolving),
        LEAVES_NOTHING(sleeping),
        LEAVES_NOTHING(conditions),
        LEAVES_NOTHING(mutexes),
        LEAVES_NOTHING(processes),
        LEAVES_NOTHING(joining),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
