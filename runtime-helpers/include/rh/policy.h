/* rh/policy.h: what to do about errors: trying again, and tables that say what else.
 *
 * rh_retry tries work again while it fails with transient errors, with growing pauses.  A policy table is
 * text:
 *
 *     # the first rule that fits is taken
 *     - when: {code: 503, class: transient, service: billing, p95: 250ms}
 *       then: {breaker: 30s, fallback: cache, alert: pager, quarantine: true}
 *     - when: {class: corruption}
 *       then: {quarantine: true, alert: pager}
 *
 * Every key of `when` may be left out; it then fits anything.  `p95` fits when the service's 95th percentile
 * is at least that long.  Durations are numbers with ns, us, ms, s or m.  Names are copied, cut at 31 bytes.
 */
#ifndef RH_POLICY_H
#define RH_POLICY_H

#include <rh/context.h>
#include <rh/error.h>
#include <rh/go.h>
#include <rh/guard.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Zero fields take the values in parentheses. */
typedef struct rh_retry_policy {
    unsigned attempts;   /* how often to try at most (5) */
    rh_ns first_pause;   /* before the second try (10 ms) */
    rh_ns longest_pause; /* no pause is longer (2 s) */
    unsigned jitter;     /* percent by which a pause may be shorter, by chance (50; over 100: none) */
} rh_retry_policy;

/* Calls fn(ctx, arg) until it returns NULL, an error that is not transient, or the tries are used up; each
 * pause is twice the one before.  Returns NULL or the last error, which the caller releases.  When `ctx` ends
 * during a pause the last error is wrapped in one whose code is RH_CANCELLED or RH_TIMEOUT.  `policy` may be
 * NULL.  Blocks in the pauses. */
RH_API RH_NODISCARD rh_error *rh_retry(rh_ctx *ctx, const rh_retry_policy *policy, rh_work fn, void *arg);

typedef struct rh_policy rh_policy;

/* What happened. */
typedef struct rh_policy_facts {
    int code;
    rh_error_class how;  /* 0: unknown, fits no class */
    const char *service; /* NULL: unknown */
    rh_ns p95;           /* 0: unknown */
} rh_policy_facts;

/* What is to be done; the texts live as long as the table. */
typedef struct rh_policy_action {
    bool matched;
    rh_ns breaker;        /* open the circuit for so long; 0: do not */
    const char *fallback; /* answer with this instead; NULL: nothing */
    const char *alert;    /* whom to tell; NULL: nobody */
    bool quarantine;      /* take the data out of use */
} rh_policy_action;

/* Parses a table of at most 64 rules.  NULL and `*error`, which the caller releases: the line and what is
 * wrong. */
RH_API rh_policy *rh_policy_parse(const char *text, rh_error **error);

/* The same from a file of at most 64 kB. */
RH_API rh_policy *rh_policy_load(const char *path, rh_error **error);

/* The action of the first rule that fits; `matched` is false when none does.  Any thread, as long as nobody
 * frees. */
RH_API rh_policy_action rh_policy_match(const rh_policy *policy, const rh_policy_facts *facts);

/* The same for an error of a service; and when the action says so, opens the service's breaker for so long
 * and calls the table's alert hook on this thread. */
RH_API rh_policy_action rh_policy_apply(const rh_policy *policy, const rh_error *error, const char *service,
                                        rh_ns p95);

/* Who is called for alerts: hook(action, facts, arg), isolated: if it panics that is recorded and over.  Set
 * it before the table is shared. */
typedef void (*rh_alert_hook)(const rh_policy_action *action, const rh_policy_facts *facts, void *arg);
RH_API void rh_policy_alert_hook(rh_policy *policy, rh_alert_hook hook, void *arg);

/* The breaker that rh_policy_apply opens for a service (copied, cut at 31 bytes); the table keeps a reference
 * until it is freed.  A second one for a service takes the first one's place.  RH_ENOMEM past 64 services.
 * Set them before the table is shared. */
RH_API rh_status rh_policy_breaker(rh_policy *policy, const char *service, rh_breaker *breaker);

RH_API void rh_policy_free(rh_policy *policy);

#ifdef __cplusplus
}
#endif
#endif
