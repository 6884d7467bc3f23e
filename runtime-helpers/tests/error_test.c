/* Errors, retry and policy tables. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <rh/fail.h>
#include <rh/panic.h>
#include <rh/policy.h>

#include "quiet.h"

static void errors_carry_their_parts(void **state)
{
    (void)state;
    unsigned line = 0;
    char text[64];
    rh_error *error = RH_ERROR_WRAP(RH_ERROR_ERRNO(ECONNRESET, "peer %d went", 4), "order %s", "x");
    assert_int_equal(rh_error_code(error), ECONNRESET);
    assert_int_equal(rh_error_errno(error), ECONNRESET);
    assert_int_equal(rh_error_how(error), RH_TRANSIENT);
    assert_string_equal(rh_error_message(error), "order x");
    assert_string_equal(rh_error_message(rh_error_cause(error)), "peer 4 went");
    assert_non_null(strstr(rh_error_origin(error, &line), "error_test.c"));
    assert_true(line > 0);
    assert_int_equal(rh_error_format(error, text, sizeof text), 20);
    assert_string_equal(text, "order x: peer 4 went");
    assert_int_equal(rh_error_format(error, text, 6), 20);
    assert_string_equal(text, "order");
    rh_error_format(NULL, text, sizeof text);
    assert_string_equal(text, "ok");
    rh_error_release(rh_error_retain(error));
    rh_error_release(error);
}

static void causes_are_found_by_code(void **state)
{
    (void)state;
    rh_error *inner = RH_ERROR(7, RH_CORRUPTION, "inner");
    rh_error *outer = rh_error_make(8, RH_PERSISTENT, 0, inner, "here", 1, "outer");
    assert_true(rh_error_is(outer, 7));
    assert_true(rh_error_is(outer, 8));
    assert_false(rh_error_is(outer, 9));
    assert_false(rh_error_is(NULL, 0));
    assert_null(RH_ERROR_WRAP(NULL, "nothing"));
    rh_error_release(outer);
}

static void long_chains_are_freed(void **state)
{
    (void)state;
    rh_error *error = RH_ERROR(1, RH_PERSISTENT, "first");
    for (int i = 0; i < 100000; i++)
        error = RH_ERROR_WRAP(error, "wrap %d", i);
    rh_error_release(error);
}

static void without_memory_there_is_still_an_error(void **state)
{
    (void)state;
    rh_error *inner = RH_ERROR(1, RH_PERSISTENT, "inner");
    rh_fail_nth(1);
    rh_error *error = RH_ERROR_WRAP(inner, "outer");
    assert_int_equal(rh_error_code(error), ENOMEM);
    rh_error_release(error);
    rh_error_release(error);
    rh_fail_nth(0);
}

static void errnos_have_classes(void **state)
{
    (void)state;
    assert_int_equal(rh_errno_class(EAGAIN), RH_TRANSIENT);
    assert_int_equal(rh_errno_class(ENOENT), RH_PERSISTENT);
    assert_int_equal(rh_errno_class(EBADMSG), RH_CORRUPTION);
}

struct script {
    int calls, succeed_at;
    rh_error_class how;
};

static rh_error *plays(rh_ctx *ctx, void *arg)
{
    struct script *script = arg;
    (void)ctx;
    return ++script->calls == script->succeed_at ? NULL : RH_ERROR(5, script->how, "call %d", script->calls);
}

static const rh_retry_policy quick = {.attempts = 4, .first_pause = 1000, .longest_pause = 100000};

static void transient_errors_are_tried_again(void **state)
{
    (void)state;
    struct script third = {0, 3, RH_TRANSIENT}, never = {0, 0, RH_TRANSIENT};
    assert_null(rh_retry(NULL, &quick, plays, &third));
    assert_int_equal(third.calls, 3);
    rh_error *error = rh_retry(NULL, &quick, plays, &never);
    assert_int_equal(never.calls, 4);
    assert_string_equal(rh_error_message(error), "call 4");
    rh_error_release(error);
}

static void other_errors_are_not(void **state)
{
    (void)state;
    for (rh_error_class how = RH_PERSISTENT; how <= RH_CORRUPTION; how++) {
        struct script script = {0, 0, how};
        rh_error *error = rh_retry(NULL, &quick, plays, &script);
        assert_int_equal(script.calls, 1);
        rh_error_release(error);
    }
}

static void a_context_ends_the_pause(void **state)
{
    (void)state;
    const rh_retry_policy slow = {
        .attempts = 3, .first_pause = (rh_ns)3600 * 1000000000, .longest_pause = RH_FOREVER / 2};
    struct script script = {0, 0, RH_TRANSIENT};
    rh_ctx *ctx = rh_ctx_with_timeout(NULL, 10000000);
    rh_error *error = rh_retry(ctx, &slow, plays, &script);
    assert_int_equal(rh_error_code(error), RH_TIMEOUT);
    assert_true(rh_error_is(error, 5));
    assert_int_equal(script.calls, 1);
    rh_error_release(error);
    rh_ctx_release(ctx);
}

static const char table_text[] = "# services\n"
                                 "- when: {code: 503, class: transient, service: billing, p95: 250ms}\n"
                                 "  then: {breaker: 30s, fallback: cache, alert: pager, quarantine: false}\n"
                                 "\n"
                                 "- when: {class: corruption}\n"
                                 "  then: {quarantine: true, alert: pager}\n"
                                 "- when: {}\n"
                                 "  then: {fallback: none}\n";

static void the_first_rule_that_fits_is_taken(void **state)
{
    (void)state;
    rh_error *error = NULL;
    rh_policy *policy = rh_policy_parse(table_text, &error);
    assert_non_null(policy);
    rh_policy_facts facts = {503, RH_TRANSIENT, "billing", 300000000};
    rh_policy_action action = rh_policy_match(policy, &facts);
    assert_int_equal(action.breaker, 30000000000);
    assert_string_equal(action.fallback, "cache");
    assert_string_equal(action.alert, "pager");
    assert_false(action.quarantine);
    facts.p95 = 100000000;
    assert_string_equal(rh_policy_match(policy, &facts).fallback, "none");
    facts = (rh_policy_facts){503, RH_CORRUPTION, NULL, 0};
    assert_true(rh_policy_match(policy, &facts).quarantine);
    rh_policy_free(policy);
    policy = rh_policy_parse("", &error);
    assert_false(rh_policy_match(policy, &facts).matched);
    rh_policy_free(policy);
}

static void nonsense_is_named_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } bad[] = {{"when: {}", "line 1"},
               {"- when: {code: x}\n  then: {}", "line 1"},
               {"- when: {}\n  then: {breaker: 3}", "line 2"},
               {"- when: {}\n\n- when: {}\n  then: {}", "line 3"},
               {"- when: {}\n  then: {quarantine: maybe}", "line 2"},
               {"- when: {}", "line 1"},
               {"- when: {code}\n  then: {}", "line 1"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rh_error *error = NULL;
        assert_null(rh_policy_parse(bad[i].text, &error));
        assert_non_null(strstr(rh_error_message(error), bad[i].line));
        rh_error_release(error);
    }
}

static void tables_come_from_files(void **state)
{
    (void)state;
    char path[] = "/tmp/rh_policy_XXXXXX";
    int fd = mkstemp(path);
    rh_error *error = NULL;
    assert_int_equal(write(fd, table_text, sizeof table_text - 1), sizeof table_text - 1);
    close(fd);
    rh_policy *policy = rh_policy_load(path, &error);
    assert_non_null(policy);
    rh_policy_free(policy);
    assert_int_equal(rh_fail_configure("policy.file=return(EIO)"), RH_OK);
    assert_null(rh_policy_load(path, &error));
    assert_int_equal(rh_error_errno(error), EIO);
    rh_error_release(error);
    assert_int_equal(rh_fail_configure(NULL), RH_OK);
    unlink(path);
    assert_null(rh_policy_load(path, &error));
    assert_int_equal(rh_error_errno(error), ENOENT);
    rh_error_release(error);
}

static int alerts;

static void alert(const rh_policy_action *action, const rh_policy_facts *facts, void *arg)
{
    alerts++;
    rh_panic(facts->code, "alert hook for %s %s", action->alert, (const char *)arg);
}

static void alerts_are_isolated(void **state)
{
    (void)state;
    rh_error *error = NULL;
    log_capture();
    rh_policy *policy = rh_policy_parse(table_text, &error);
    rh_policy_alert_hook(policy, alert, "x");
    error = RH_ERROR_ERRNO(EBADMSG, "rotten");
    assert_true(rh_policy_apply(policy, error, "db", 0).quarantine);
    assert_int_equal(alerts, 1);
    assert_int_equal(log_lines(), 1);
    rh_error_release(error);
    rh_policy_free(policy);
}

static void breakers_are_opened(void **state)
{
    (void)state;
    rh_error *wrong = NULL, *error = RH_ERROR(503, RH_TRANSIENT, "no answer");
    rh_policy *policy = rh_policy_parse("- when: {code: 503}\n  then: {breaker: 50ms}\n", &wrong);
    rh_breaker *first = rh_breaker_new(&(rh_breaker_rules){0}),
               *billing = rh_breaker_new(&(rh_breaker_rules){0});
    assert_int_equal(rh_policy_breaker(policy, "billing", first), RH_OK);
    assert_int_equal(rh_policy_breaker(policy, "billing", billing), RH_OK);
    assert_int_equal(rh_policy_breaker(policy, "billing", billing), RH_OK);
    rh_policy_apply(policy, error, "mail", 0);
    rh_policy_apply(policy, error, NULL, 0);
    assert_int_equal(rh_breaker_state_read(billing), RH_BREAKER_CLOSED);
    rh_policy_apply(policy, error, "billing", 0);
    assert_int_equal(rh_breaker_state_read(billing), RH_BREAKER_OPEN);
    assert_int_equal(rh_breaker_state_read(first), RH_BREAKER_CLOSED);
    usleep(60000);
    assert_int_equal(rh_breaker_state_read(billing), RH_BREAKER_HALF_OPEN);
    rh_error_release(error);
    rh_policy_free(policy);
    rh_breaker_release(first);
    rh_breaker_release(billing);
}

static void breakers_have_a_bound(void **state)
{
    (void)state;
    rh_error *wrong = NULL;
    rh_policy *policy = rh_policy_parse("", &wrong);
    rh_breaker *breaker = rh_breaker_new(&(rh_breaker_rules){0});
    char name[16];
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof name, "service %d", i);
        assert_int_equal(rh_policy_breaker(policy, name, breaker), RH_OK);
    }
    assert_int_equal(rh_policy_breaker(policy, "one more", breaker), RH_ENOMEM);
    rh_policy_free(policy);
    rh_breaker_release(breaker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_carry_their_parts),
        cmocka_unit_test(causes_are_found_by_code),
        cmocka_unit_test(long_chains_are_freed),
        cmocka_unit_test(without_memory_there_is_still_an_error),
        cmocka_unit_test(errnos_have_classes),
        cmocka_unit_test(transient_errors_are_tried_again),
        cmocka_unit_test(other_errors_are_not),
        cmocka_unit_test(a_context_ends_the_pause),
        cmocka_unit_test(the_first_rule_that_fits_is_taken),
        cmocka_unit_test(nonsense_is_named_by_line),
        cmocka_unit_test(tables_come_from_files),
        cmocka_unit_test(alerts_are_isolated),
        cmocka_unit_test(breakers_are_opened),
        cmocka_unit_test(breakers_have_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
