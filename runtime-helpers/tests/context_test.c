/* Go's published context semantics, in our words, and the contract of rh/context.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <rh/context.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ms = 1000000 };

static void nap(int milliseconds)
{
    poll(NULL, 0, milliseconds);
}

/* The timer's thread may hold a context for a moment after its hook has run. */
static int nothing_left(void **state)
{
    (void)state;
    for (int i = 0; i < 2000 && rh_ctx_live() != 0; i++)
        nap(1);
    return rh_ctx_live() == 0 ? 0 : -1;
}

static void count_up(void *arg)
{
    atomic_fetch_add((_Atomic int *)arg, 1);
}

static void background_never_ends(void **state)
{
    (void)state;
    assert_false(rh_ctx_cancel(rh_ctx_background(), 1, "no"));
    assert_false(rh_ctx_cancel(NULL, 1, "no"));
    assert_int_equal(rh_ctx_status(NULL), RH_OK);
    assert_int_equal(rh_ctx_status(rh_ctx_background()), RH_OK);
    assert_null(rh_ctx_cause(NULL, NULL));
    assert_int_equal(rh_ctx_fd(NULL), -1);
    assert_int_equal(errno, EINVAL);
    rh_ctx_release(rh_ctx_background());
}

static void cancel_goes_down_and_not_up(void **state)
{
    (void)state;
    rh_ctx *parent = rh_ctx_new(NULL), *child = rh_ctx_new(parent), *grandchild = rh_ctx_new(child);
    rh_ctx *sibling = rh_ctx_new(parent);
    assert_true(rh_ctx_cancel(child, 7, "seven"));
    assert_int_equal(rh_ctx_status(parent), RH_OK);
    assert_int_equal(rh_ctx_status(sibling), RH_OK);
    assert_int_equal(rh_ctx_status(child), RH_CANCELLED);
    assert_int_equal(rh_ctx_status(grandchild), RH_CANCELLED);
    int code = 0;
    assert_string_equal(rh_ctx_cause(grandchild, &code), "seven");
    assert_int_equal(code, 7);
    rh_ctx_release(parent);
    rh_ctx_release(child);
    rh_ctx_release(grandchild);
    rh_ctx_release(sibling);
}

static void the_first_cause_stays(void **state)
{
    (void)state;
    rh_ctx *parent = rh_ctx_new(NULL), *child = rh_ctx_new(parent);
    assert_true(rh_ctx_cancel(child, 1, "first"));
    assert_false(rh_ctx_cancel(child, 2, "second"));
    assert_true(rh_ctx_cancel(parent, 3, "third"));
    int code = 0;
    assert_string_equal(rh_ctx_cause(child, &code), "first");
    assert_int_equal(code, 1);
    assert_string_equal(rh_ctx_cause(parent, &code), "third");
    rh_ctx_release(child);
    rh_ctx_release(parent);
}

static void a_long_message_is_cut(void **state)
{
    (void)state;
    char message[300];
    memset(message, 'x', sizeof message - 1);
    message[sizeof message - 1] = 0;
    rh_ctx *ctx = rh_ctx_new(NULL);
    rh_ctx_cancel(ctx, 1, message);
    assert_int_equal(strlen(rh_ctx_cause(ctx, NULL)), 95);
    rh_ctx_release(ctx);
}

static void child_of_an_ended_parent_has_ended(void **state)
{
    (void)state;
    rh_ctx *parent = rh_ctx_new(NULL);
    rh_ctx_cancel(parent, 5, "gone");
    rh_ctx *child = rh_ctx_new(parent), *grandchild = rh_ctx_new(child);
    rh_ctx_release(parent);
    rh_ctx_release(child);
    assert_int_equal(rh_ctx_status(grandchild), RH_CANCELLED);
    assert_string_equal(rh_ctx_cause(grandchild, NULL), "gone");
    rh_ctx_release(grandchild);
}

static void the_earliest_deadline_wins(void **state)
{
    (void)state;
    rh_ns now = rh_now();
    rh_ctx *near = rh_ctx_with_deadline(NULL, now + 1000 * (rh_ns)ms);
    rh_ctx *far = rh_ctx_with_deadline(near, now + 9000 * (rh_ns)ms);
    rh_ctx *nearer = rh_ctx_with_deadline(far, now + 10 * (rh_ns)ms);
    assert_int_equal(rh_ctx_deadline(far), now + 1000 * (rh_ns)ms);
    assert_int_equal(rh_ctx_deadline(nearer), now + 10 * (rh_ns)ms);
    assert_int_equal(rh_ctx_deadline(NULL), RH_FOREVER);
    rh_ctx *endless = rh_ctx_with_timeout(NULL, RH_FOREVER);
    assert_int_equal(rh_ctx_deadline(endless), RH_FOREVER);
    rh_ctx_release(endless);
    rh_ctx_release(near);
    rh_ctx_release(far);
    rh_ctx_release(nearer);
}

static void a_deadline_ends_it(void **state)
{
    (void)state;
    rh_ctx *ctx = rh_ctx_with_timeout(NULL, 20 * ms), *child = rh_ctx_new(ctx);
    rh_status early = rh_ctx_status(child);
    assert_true(early == RH_OK || rh_now() >= rh_ctx_deadline(child));
    nap(30);
    assert_int_equal(rh_ctx_status(child), RH_TIMEOUT);
    int code = 0;
    assert_non_null(rh_ctx_cause(child, &code));
    assert_int_equal(code, ETIMEDOUT);
    assert_int_equal(rh_ctx_status(ctx), RH_TIMEOUT);
    assert_false(rh_ctx_cancel(ctx, 1, "late"));
    rh_ctx_release(child);
    rh_ctx_release(ctx);
    rh_ctx *past = rh_ctx_with_timeout(NULL, -1);
    assert_int_equal(rh_ctx_status(past), RH_TIMEOUT);
    rh_ctx_release(past);
}

static void values_are_found_upwards(void **state)
{
    (void)state;
    static const char user, trace;
    _Atomic int dropped = 0;
    int x = 1;
    rh_ctx *root = rh_ctx_with_value(NULL, &user, &dropped, count_up);
    rh_ctx *mid = rh_ctx_with_value(root, &trace, &x, NULL);
    rh_ctx *leaf = rh_ctx_new(mid);
    assert_ptr_equal(rh_ctx_value(leaf, &user), &dropped);
    assert_ptr_equal(rh_ctx_value(leaf, &trace), &x);
    assert_null(rh_ctx_value(root, &trace));
    assert_null(rh_ctx_value(leaf, NULL));
    rh_ctx_release(root);
    rh_ctx_release(mid);
    assert_int_equal(dropped, 0);
    rh_ctx_release(leaf);
    assert_int_equal(dropped, 1);
}

static void a_hook_runs_once(void **state)
{
    (void)state;
    _Atomic int runs = 0;
    rh_ctx *parent = rh_ctx_new(NULL), *child = rh_ctx_new(parent);
    rh_ctx_hook one, two, three;
    assert_int_equal(rh_ctx_on_cancel(child, &one, count_up, &runs), RH_OK);
    assert_int_equal(rh_ctx_on_cancel(child, &two, count_up, &runs), RH_OK);
    assert_true(rh_ctx_hook_stop(&two));
    assert_false(rh_ctx_hook_stop(&two));
    rh_ctx_cancel(parent, 1, NULL);
    rh_ctx_cancel(child, 1, NULL);
    assert_int_equal(runs, 1);
    assert_false(rh_ctx_hook_stop_wait(&one));
    assert_int_equal(rh_ctx_on_cancel(child, &three, count_up, &runs), RH_OK);
    assert_int_equal(runs, 2);
    assert_false(rh_ctx_hook_stop(&three));
    rh_ctx_release(child);
    rh_ctx_release(parent);
}

static void a_hook_runs_at_the_deadline(void **state)
{
    (void)state;
    _Atomic int runs = 0;
    rh_ctx *late = rh_ctx_with_timeout(NULL, 60 * ms), *soon = rh_ctx_with_timeout(NULL, 20 * ms);
    rh_ctx_hook one, two;
    assert_int_equal(rh_ctx_on_cancel(late, &one, count_up, &runs), RH_OK);
    assert_int_equal(rh_ctx_on_cancel(soon, &two, count_up, &runs), RH_OK);
    for (int i = 0; i < 200 && runs < 2; i++)
        nap(10);
    assert_int_equal(runs, 2);
    rh_ctx_hook_stop_wait(&one);
    rh_ctx_hook_stop_wait(&two);
    rh_ctx_release(late);
    rh_ctx_release(soon);
    nap(100); /* the timer thread leaves */
}

static void many_deadlines_in_any_order(void **state)
{
    (void)state;
    enum { many = 200 };
    _Atomic int runs = 0;
    static rh_ctx *ctx[many];
    static rh_ctx_hook hook[many];
    unsigned seed = 1;
    for (int i = 0; i < many; i++) {
        ctx[i] = rh_ctx_with_timeout(NULL, (rh_ns)(rand_r(&seed) % 50) * ms);
        assert_int_equal(rh_ctx_on_cancel(ctx[i], &hook[i], count_up, &runs), RH_OK);
    }
    for (int i = 0; i < many; i += 3) { /* these may have run already or never will */
        if (rh_ctx_hook_stop_wait(&hook[i]))
            runs++;
        rh_ctx_release(ctx[i]);
    }
    for (int i = 0; i < 500 && runs < many; i++)
        nap(10);
    assert_int_equal(runs, many);
    for (int i = 0; i < many; i++)
        if (i % 3) {
            rh_ctx_hook_stop_wait(&hook[i]);
            rh_ctx_release(ctx[i]);
        }
}

struct slow_hook {
    _Atomic int entered, left;
};

static void slow(void *arg)
{
    struct slow_hook *hook = arg;
    hook->entered = 1;
    nap(40);
    hook->left = 1;
}

static void *cancel_thread(void *ctx)
{
    rh_ctx_cancel(ctx, 1, NULL);
    return NULL;
}

static void stop_wait_waits_for_a_running_hook(void **state)
{
    (void)state;
    struct slow_hook seen = {0, 0};
    rh_ctx *ctx = rh_ctx_new(NULL);
    rh_ctx_hook hook;
    assert_int_equal(rh_ctx_on_cancel(ctx, &hook, slow, &seen), RH_OK);
    pthread_t canceller;
    pthread_create(&canceller, NULL, cancel_thread, ctx);
    while (!seen.entered)
        nap(1);
    assert_false(rh_ctx_hook_stop(&hook));
    assert_false(rh_ctx_hook_stop_wait(&hook));
    assert_int_equal(seen.left, 1);
    pthread_join(canceller, NULL);
    rh_ctx_release(ctx);
}

static void stop_itself(void *arg)
{
    rh_ctx_hook *hook = arg;
    assert_false(rh_ctx_hook_stop_wait(hook));
    free(hook);
}

static void a_hook_may_stop_and_free_itself(void **state)
{
    (void)state;
    rh_ctx *ctx = rh_ctx_new(NULL);
    rh_ctx_hook *hook = malloc(sizeof *hook);
    assert_int_equal(rh_ctx_on_cancel(ctx, hook, stop_itself, hook), RH_OK);
    rh_ctx_cancel(ctx, 1, NULL);
    rh_ctx_release(ctx);
}

static int readable(int fd)
{
    return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0);
}

static void the_descriptor_tells(void **state)
{
    (void)state;
    rh_ctx *ctx = rh_ctx_new(NULL), *timed = rh_ctx_with_timeout(NULL, 20 * ms), *ended = rh_ctx_new(NULL);
    rh_ctx_cancel(ended, 1, NULL);
    int fd = rh_ctx_fd(ctx);
    assert_true(fd >= 0);
    assert_int_equal(rh_ctx_fd(ctx), fd);
    assert_int_equal(readable(fd), 0);
    rh_ctx_cancel(ctx, 1, NULL);
    assert_int_equal(readable(fd), 1);
    assert_int_equal(readable(rh_ctx_fd(ended)), 1);
    struct pollfd timed_fd = {.fd = rh_ctx_fd(timed), .events = POLLIN};
    assert_int_equal(poll(&timed_fd, 1, 2000), 1);
    rh_ctx_release(ctx);
    rh_ctx_release(timed);
    rh_ctx_release(ended);
}

static void a_deep_tree_costs_no_stack(void **state)
{
    (void)state;
    enum { depth = 200000 };
    rh_ctx *root = rh_ctx_new(NULL), *leaf = rh_ctx_retain(root);
    for (int i = 0; i < depth; i++) {
        rh_ctx *child = rh_ctx_new(leaf);
        rh_ctx_release(leaf);
        leaf = child;
    }
    rh_ctx_cancel(root, 1, "deep");
    assert_int_equal(rh_ctx_status(leaf), RH_CANCELLED);
    rh_ctx_release(root);
    rh_ctx_release(leaf);
}

/* Threads make, watch, cancel and release in one tree; the sanitizers judge, and the count of what lives. */
static void *churn(void *arg)
{
    rh_ctx *root = arg;
    for (int i = 0; i < 2000; i++) {
        _Atomic int runs = 0;
        rh_ctx *mid = rh_ctx_new(root), *leaf = rh_ctx_with_timeout(mid, (i % 5) * ms);
        rh_ctx_hook hook;
        if (rh_ctx_on_cancel(leaf, &hook, count_up, &runs) != RH_OK)
            abort();
        if (i % 3 == 0)
            rh_ctx_cancel(mid, i, "churn");
        bool stopped = rh_ctx_hook_stop_wait(&hook);
        if (runs + (stopped ? 1 : 0) != 1)
            abort();
        rh_ctx_release(i % 2 ? mid : leaf);
        rh_ctx_release(i % 2 ? leaf : mid);
    }
    return NULL;
}

static void many_threads_one_tree(void **state)
{
    (void)state;
    rh_ctx *root = rh_ctx_new(NULL);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, churn, root);
    nap(20);
    rh_ctx_cancel(root, 1, "enough");
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    rh_ctx_release(root);
    nap(100); /* the timer thread leaves, for leak checkers that count it */
}

static const char *program;

/* A process of its own, which forgets one context with the report asked for. */
static void leaks_are_listed_at_exit(void **state)
{
    (void)state;
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd[1], STDERR_FILENO);
        setenv("RH_LEAKS", "1", 1);
        execl(program, program, "--forget", (char *)NULL);
        _exit(99);
    }
    close(fd[1]);
    char text[4096] = {0};
    size_t used = 0;
    for (ssize_t n; used < sizeof text - 1 && (n = read(fd[0], text + used, sizeof text - 1 - used)) > 0;)
        used += (size_t)n;
    close(fd[0]);
    waitpid(pid, NULL, 0);
    assert_non_null(strstr(text, "rh: 1 context(s) never released"));
    assert_non_null(strstr(text, "2 reference(s), made at "));
}

static int forget(void)
{
    rh_ctx_release(rh_ctx_new(NULL));
    static rh_ctx *forgotten;
    forgotten = rh_ctx_retain(rh_ctx_new(NULL));
    return forgotten ? 0 : 1;
}

int main(int argc, char **argv)
{
    program = argv[0];
    if (argc > 1 && strcmp(argv[1], "--forget") == 0)
        return forget();
#define LEAVES_NOTHING(test) cmocka_unit_test_setup_teardown(test, NULL, nothing_left)
    const struct CMUnitTest tests[] = {
        LEAVES_NOTHING(background_never_ends),
        LEAVES_NOTHING(cancel_goes_down_and_not_up),
        LEAVES_NOTHING(the_first_cause_stays),
        LEAVES_NOTHING(a_long_message_is_cut),
        LEAVES_NOTHING(child_of_an_ended_parent_has_ended),
        LEAVES_NOTHING(the_earliest_deadline_wins),
        LEAVES_NOTHING(a_deadline_ends_it),
        LEAVES_NOTHING(values_are_found_upwards),
        LEAVES_NOTHING(a_hook_runs_once),
        LEAVES_NOTHING(a_hook_runs_at_the_deadline),
        LEAVES_NOTHING(many_deadlines_in_any_order),
        LEAVES_NOTHING(stop_wait_waits_for_a_running_hook),
        LEAVES_NOTHING(a_hook_may_stop_and_free_itself),
        LEAVES_NOTHING(the_descriptor_tells),
        LEAVES_NOTHING(a_deep_tree_costs_no_stack),
        LEAVES_NOTHING(many_threads_one_tree),
        LEAVES_NOTHING(leaks_are_listed_at_exit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
