/* Fault injection: the rules, the dice and the fail-nth counter. */
#include "fail.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include <rh/fail.h>

enum { MAX_RULES = 16, NAME_SIZE = 32 };
enum action { ACT_RETURN, ACT_SLEEP, ACT_YIELD };

struct rule {
    char name[NAME_SIZE];
    bool prefix;
    unsigned percent;
    enum action action;
    int value;
};

struct rules {
    struct rule at[MAX_RULES];
    int count;
};

static struct rules rules;
static atomic_ullong dice, nth_left, fired;
static pthread_once_t env_once = PTHREAD_ONCE_INIT;
atomic_int rh_fail_armed = -1;

static const struct {
    const char *name;
    int code;
} codes[] = {
    {"EAGAIN", EAGAIN},
    {"ENOMEM", ENOMEM},
    {"EINTR", EINTR},
    {"EIO", EIO},
    {"EPIPE", EPIPE},
    {"EINVAL", EINVAL},
    {"EMFILE", EMFILE},
    {"EPERM", EPERM},
    {"EBUSY", EBUSY},
    {"EDEADLK", EDEADLK},
    {"ETIMEDOUT", ETIMEDOUT},
    {"ECANCELED", ECANCELED},
    {"ENOSPC", ENOSPC},
    {"ECONNRESET", ECONNRESET},
    {"CLOSED", RH_CLOSED},
    {"FULL", RH_FULL},
    {"EMPTY", RH_EMPTY},
    {"TIMEOUT", RH_TIMEOUT},
    {"CANCELLED", RH_CANCELLED},
    {"DEGRADED", RH_DEGRADED},
};

static bool parse_code(const char *text, size_t len, int *out)
{
    char *end;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strlen(codes[i].name) == len && memcmp(codes[i].name, text, len) == 0) {
            *out = codes[i].code;
            return true;
        }
    *out = (int)strtol(text, &end, 10);
    return len > 0 && end == text + len;
}

static bool parse_action(const char *text, struct rule *rule)
{
    size_t len = strlen(text);
    if (strcmp(text, "yield") == 0) {
        rule->action = ACT_YIELD;
        return true;
    }
    if (len > 8 && memcmp(text, "return(", 7) == 0 && text[len - 1] == ')') {
        rule->action = ACT_RETURN;
        return parse_code(text + 7, len - 8, &rule->value) && rule->value != 0;
    }
    if (len > 7 && memcmp(text, "sleep(", 6) == 0 && text[len - 1] == ')') {
        rule->action = ACT_SLEEP;
        return parse_code(text + 6, len - 7, &rule->value) && rule->value >= 0;
    }
    return false;
}

static bool parse_rule(char *text, struct rule *rule)
{
    char *equals = strchr(text, '='), *rest;
    size_t len = equals ? (size_t)(equals - text) : 0;
    if (len == 0 || len >= NAME_SIZE)
        return false;
    rule->prefix = text[len - 1] == '*';
    memcpy(rule->name, text, len);
    rule->name[len - rule->prefix] = '\0';
    unsigned long percent = strtoul(equals + 1, &rest, 10);
    bool given = rest != equals + 1 && *rest == '%';
    rule->percent = given ? (unsigned)percent : 100;
    return rule->percent <= 100 && parse_action(given ? rest + 1 : equals + 1, rule);
}

static bool parse_rules(const char *spec, struct rules *out)
{
    char copy[1024], *save = NULL;
    size_t len = strlen(spec);
    if (len >= sizeof copy)
        return false;
    memcpy(copy, spec, len + 1);
    for (char *text = strtok_r(copy, ";", &save); text; text = strtok_r(NULL, ";", &save))
        if (out->count == MAX_RULES || !parse_rule(text, &out->at[out->count++]))
            return false;
    return true;
}

static void arm(void)
{
    atomic_store(&rh_fail_armed, rules.count > 0 || atomic_load(&nth_left) > 0);
}

static void read_environment(void)
{
    const char *spec = getenv("RH_FAIL"), *nth = getenv("RH_FAIL_NTH"), *seed = getenv("RH_FAIL_SEED");
    struct rules parsed = {.count = 0};
    if (seed)
        atomic_store(&dice, strtoull(seed, NULL, 10));
    if (spec && parse_rules(spec, &parsed))
        rules = parsed;
    if (nth)
        atomic_store(&nth_left, strtoull(nth, NULL, 10));
    arm();
}

rh_status rh_fail_configure(const char *spec)
{
    struct rules parsed = {.count = 0};
    pthread_once(&env_once, read_environment);
    if (!parse_rules(spec ? spec : "", &parsed))
        return RH_EINVAL;
    rules = parsed;
    atomic_store(&fired, 0);
    arm();
    return RH_OK;
}

void rh_fail_nth(uint64_t n)
{
    pthread_once(&env_once, read_environment);
    atomic_store(&nth_left, n);
    atomic_store(&fired, 0);
    arm();
}

uint64_t rh_fail_fired(void)
{
    return atomic_load(&fired);
}

/* splitmix64 over a shared counter: no state to tear, good enough dice. */
static unsigned roll_percent(void)
{
    uint64_t z = atomic_fetch_add(&dice, 0x9e3779b97f4a7c15u) + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (unsigned)((z ^ (z >> 31)) % 100);
}

static int act(const struct rule *rule)
{
    struct timespec pause = {rule->value / 1000, rule->value % 1000 * 1000000L};
    if (rule->action == ACT_RETURN) {
        atomic_fetch_add(&fired, 1);
        return rule->value;
    }
    if (rule->action == ACT_SLEEP)
        nanosleep(&pause, NULL);
    else
        sched_yield();
    return 0;
}

static bool matches(const struct rule *rule, const char *name)
{
    return rule->prefix ? strncmp(rule->name, name, strlen(rule->name)) == 0 : strcmp(rule->name, name) == 0;
}

static bool nth_reached(void)
{
    unsigned long long left = atomic_load(&nth_left);
    while (left > 0)
        if (atomic_compare_exchange_weak(&nth_left, &left, left - 1))
            return left == 1;
    return false;
}

int rh_fail_eval(const char *name, int nth_code)
{
    pthread_once(&env_once, read_environment);
    if (nth_code && nth_reached()) {
        atomic_fetch_add(&fired, 1);
        return nth_code;
    }
    for (int i = 0; i < rules.count; i++)
        if (matches(&rules.at[i], name) && roll_percent() < rules.at[i].percent) {
            int code = act(&rules.at[i]);
            if (code)
                return code;
        }
    return 0;
}
