/* rh/fd.h: closing while others use it, and the number that is not reused under them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/fd.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

static bool is_open(int number)
{
    return fcntl(number, F_GETFD) >= 0;
}

static void reads_and_writes(void **state)
{
    (void)state;
    int pair[2];
    char text[8] = {0};
    size_t n;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    rh_fd *one = rh_fd_new(pair[0]), *two = rh_fd_new(pair[1]);
    assert_int_equal(rh_fd_write(NULL, one, "ab", 2, &n), RH_OK);
    assert_int_equal(rh_fd_send(NULL, one, "cd", 2, 0, &n), RH_OK);
    assert_int_equal(rh_fd_wait(NULL, two, POLLIN), RH_OK);
    assert_int_equal(rh_fd_read(NULL, two, text, 3, &n), RH_OK);
    assert_int_equal(rh_fd_recv(NULL, two, text + 3, 3, 0, &n), RH_OK);
    assert_string_equal(text, "abcd");
    rh_fd_release(one);
    assert_false(is_open(pair[0]));
    assert_int_equal(rh_fd_read(NULL, two, text, 3, &n), RH_CLOSED); /* end of file */
    rh_fd_release(two);
    assert_null(rh_fd_new(-1));
    assert_int_equal(errno, EBADF);
}

struct reader {
    rh_fd *fd;
    rh_ctx *ctx;
    rh_status status;
};

static void *read_one(void *arg)
{
    struct reader *reader = arg;
    char byte;
    reader->status = rh_fd_read(reader->ctx, reader->fd, &byte, 1, NULL);
    return NULL;
}

static void close_ends_those_who_wait(void **state)
{
    (void)state;
    int pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    rh_ctx *ctx = rh_ctx_new(NULL), *cancelled = rh_ctx_new(NULL);
    struct reader readers[3] = {{.fd = rh_fd_new(pipe_fd[0])}, {.ctx = ctx}, {.ctx = cancelled}};
    pthread_t threads[3];
    for (int i = 0; i < 3; i++) {
        readers[i].fd = readers[0].fd;
        pthread_create(&threads[i], NULL, read_one, &readers[i]);
    }
    nap(20);
    rh_ctx_cancel(cancelled, 1, NULL);
    pthread_join(threads[2], NULL);
    assert_int_equal(readers[2].status, RH_CANCELLED);
    assert_int_equal(rh_fd_close(readers[0].fd), RH_OK);
    for (int i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(readers[i].status, RH_CLOSED);
    }
    assert_false(is_open(pipe_fd[0]));
    assert_int_equal(rh_fd_close(readers[0].fd), RH_CLOSED);
    assert_int_equal(rh_fd_read(NULL, readers[0].fd, &(char){0}, 1, NULL), RH_CLOSED);
    assert_int_equal(rh_fd_borrow(readers[0].fd), -1);
    rh_fd_release(readers[0].fd);
    close(pipe_fd[1]);
    rh_ctx_release(ctx);
    rh_ctx_release(cancelled);
}

static void a_borrowed_number_is_not_given_back(void **state)
{
    (void)state;
    int pipe_fd[2];
    assert_int_equal(pipe(pipe_fd), 0);
    rh_fd *fd = rh_fd_new(pipe_fd[0]);
    assert_int_equal(rh_fd_borrow(fd), pipe_fd[0]);
    assert_int_equal(rh_fd_close(fd), RH_OK);
    assert_true(is_open(pipe_fd[0]));
    rh_fd_return(fd);
    assert_false(is_open(pipe_fd[0]));
    rh_fd_release(fd);
    close(pipe_fd[1]);
}

/* Readers, a closer and somebody who opens files all the time: no reader may ever get a byte of another file.
 */
static atomic_bool stop_opening;

static void *open_others(void *arg)
{
    (void)arg;
    while (!stop_opening) {
        int other = open("/dev/zero", O_RDONLY | O_CLOEXEC);
        sched_yield();
        close(other);
    }
    return NULL;
}

static void *read_only_mine(void *arg)
{
    char byte = 'm';
    while (rh_fd_read(NULL, arg, &byte, 1, NULL) == RH_OK)
        if (byte != 'm')
            abort();
    return NULL;
}

static void nobody_reads_another_file(void **state)
{
    (void)state;
    pthread_t opener, threads[2];
    stop_opening = false;
    pthread_create(&opener, NULL, open_others, NULL);
    for (int round = 0; round < 200; round++) {
        int pipe_fd[2];
        assert_int_equal(pipe(pipe_fd), 0);
        rh_fd *fd = rh_fd_new(pipe_fd[0]);
        for (int i = 0; i < 2; i++)
            pthread_create(&threads[i], NULL, read_only_mine, fd);
        assert_int_equal(write(pipe_fd[1], "mm", 2), 2);
        rh_fd_close(fd);
        for (int i = 0; i < 2; i++)
            pthread_join(threads[i], NULL);
        rh_fd_release(fd);
        close(pipe_fd[1]);
    }
    stop_opening = true;
    pthread_join(opener, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_writes),
        cmocka_unit_test(close_ends_those_who_wait),
        cmocka_unit_test(a_borrowed_number_is_not_given_back),
        cmocka_unit_test(nobody_reads_another_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
