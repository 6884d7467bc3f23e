/* Policy tables: a small language of its own, read line by line. */
#include <rh/policy.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rh/panic.h>

#include "fail.h"

enum { MAX_RULES = 64, MAX_BREAKERS = 64, NAME_SIZE = 32, FILE_SIZE = 65536 };

struct rule {
    bool has_code, has_then;
    int code;
    rh_error_class how;
    char service[NAME_SIZE];
    rh_ns p95, breaker;
    char fallback[NAME_SIZE], alert[NAME_SIZE];
    bool quarantine;
};

struct bound {
    char service[NAME_SIZE];
    rh_breaker *breaker;
};

struct rh_policy {
    rh_alert_hook hook;
    void *hook_arg;
    size_t count;
    struct rule rules[MAX_RULES];
    size_t breaker_count;
    struct bound breakers[MAX_BREAKERS];
};

static bool parse_duration(const char *text, rh_ns *out)
{
    static const struct {
        const char *unit;
        rh_ns ns;
    } units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", (rh_ns)60 * 1000000000}};
    char *end;
    long number = strtol(text, &end, 10);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (end != text && strcmp(end, units[i].unit) == 0 && number >= 0 &&
            number < INT64_MAX / units[i].ns) {
            *out = number * units[i].ns;
            return true;
        }
    return false;
}

static bool parse_class(const char *text, rh_error_class *out)
{
    for (rh_error_class how = RH_TRANSIENT; how <= RH_CORRUPTION; how++)
        if (strcmp(text, rh_error_class_name(how)) == 0) {
            *out = how;
            return true;
        }
    return false;
}

static bool copy_name(const char *text, char *out)
{
    snprintf(out, NAME_SIZE, "%s", text);
    return *text != '\0';
}

static bool parse_number(const char *text, int *out)
{
    char *end;
    *out = (int)strtol(text, &end, 0);
    return end != text && *end == '\0';
}

static bool parse_flag(const char *text, bool *out)
{
    *out = strcmp(text, "true") == 0;
    return *out || strcmp(text, "false") == 0;
}

static bool set_when(struct rule *rule, const char *key, const char *value)
{
    if (strcmp(key, "code") == 0)
        return rule->has_code = parse_number(value, &rule->code);
    if (strcmp(key, "class") == 0)
        return parse_class(value, &rule->how);
    if (strcmp(key, "service") == 0)
        return copy_name(value, rule->service);
    return strcmp(key, "p95") == 0 && parse_duration(value, &rule->p95);
}

static bool set_then(struct rule *rule, const char *key, const char *value)
{
    if (strcmp(key, "breaker") == 0)
        return parse_duration(value, &rule->breaker);
    if (strcmp(key, "fallback") == 0)
        return copy_name(value, rule->fallback);
    if (strcmp(key, "alert") == 0)
        return copy_name(value, rule->alert);
    return strcmp(key, "quarantine") == 0 && parse_flag(value, &rule->quarantine);
}

static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    for (char *end = text + strlen(text); end > text && isspace((unsigned char)end[-1]);)
        *--end = '\0';
    return text;
}

/* "{key: value, key: value}" */
static bool parse_map(char *text, struct rule *rule, bool (*set)(struct rule *, const char *, const char *))
{
    char *save = NULL;
    size_t length = strlen(text);
    if (length < 2 || text[0] != '{' || text[length - 1] != '}')
        return false;
    text[length - 1] = '\0';
    for (char *pair = strtok_r(text + 1, ",", &save); pair; pair = strtok_r(NULL, ",", &save)) {
        char *colon = strchr(pair, ':');
        if (!colon)
            return false;
        *colon = '\0';
        if (!set(rule, trim(pair), trim(colon + 1)))
            return false;
    }
    return true;
}

static bool parse_line(rh_policy *policy, char *line)
{
    if (strncmp(line, "- when:", 7) == 0) {
        if (policy->count == MAX_RULES || (policy->count > 0 && !policy->rules[policy->count - 1].has_then))
            return false;
        return parse_map(trim(line + 7), &policy->rules[policy->count++], set_when);
    }
    if (strncmp(line, "then:", 5) != 0 || policy->count == 0 || policy->rules[policy->count - 1].has_then)
        return false;
    policy->rules[policy->count - 1].has_then = true;
    return parse_map(trim(line + 5), &policy->rules[policy->count - 1], set_then);
}

/* 0, or the number of the first line that is wrong. */
static unsigned parse_lines(rh_policy *policy, char *text)
{
    unsigned number = 0;
    for (char *line = text, *next; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        number++;
        line = trim(line);
        if (*line && *line != '#' && !parse_line(policy, line))
            return number;
    }
    return policy->count > 0 && !policy->rules[policy->count - 1].has_then ? number : 0;
}

rh_policy *rh_policy_parse(const char *text, rh_error **error)
{
    size_t size = strlen(text) + 1;
    rh_policy *policy = rh_alloc(sizeof *policy);
    char *copy = policy ? rh_alloc(size) : NULL;
    if (!copy) {
        free(policy);
        *error = RH_ERROR_ERRNO(ENOMEM, "no memory for a policy table");
        return NULL;
    }
    memcpy(copy, text, size);
    unsigned wrong = parse_lines(policy, copy);
    free(copy);
    if (!wrong)
        return policy;
    free(policy);
    *error = RH_ERROR(EINVAL, RH_PERSISTENT, "line %u of the policy table is not understood", wrong);
    return NULL;
}

/* The file's text on the heap, or NULL and errno. */
static char *read_file(const char *path)
{
    int injected = rh_fail_point("policy.file", EIO);
    int fd = injected ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    char *text = fd >= 0 ? rh_alloc(FILE_SIZE + 1) : NULL;
    ssize_t count = 0;
    size_t length = 0;
    while (text && length <= FILE_SIZE - 1 && (count = read(fd, text + length, FILE_SIZE - length)) > 0)
        length += (size_t)count;
    int saved = injected ? injected : length == FILE_SIZE ? EFBIG : errno;
    if (fd >= 0)
        close(fd);
    if (text && count == 0 && length < FILE_SIZE)
        return text;
    free(text);
    errno = saved;
    return NULL;
}

rh_policy *rh_policy_load(const char *path, rh_error **error)
{
    char *text = read_file(path);
    if (!text) {
        *error = RH_ERROR_ERRNO(errno, "%s: %s", path, strerror(errno));
        return NULL;
    }
    rh_policy *policy = rh_policy_parse(text, error);
    free(text);
    if (!policy)
        *error = RH_ERROR_WRAP(*error, "%s", path);
    return policy;
}

static bool fits(const struct rule *rule, const rh_policy_facts *facts)
{
    return (!rule->has_code || rule->code == facts->code) && (!rule->how || rule->how == facts->how) &&
           (!rule->service[0] || (facts->service && strcmp(rule->service, facts->service) == 0)) &&
           (!rule->p95 || facts->p95 >= rule->p95);
}

rh_policy_action rh_policy_match(const rh_policy *policy, const rh_policy_facts *facts)
{
    rh_policy_action action = {.matched = false};
    for (size_t i = 0; i < policy->count; i++) {
        const struct rule *rule = &policy->rules[i];
        if (!fits(rule, facts))
            continue;
        action = (rh_policy_action){true, rule->breaker, rule->fallback[0] ? rule->fallback : NULL,
                                    rule->alert[0] ? rule->alert : NULL, rule->quarantine};
        break;
    }
    return action;
}

struct alert {
    const rh_policy *policy;
    const rh_policy_action *action;
    const rh_policy_facts *facts;
};

static void call_hook(void *arg)
{
    struct alert *alert = arg;
    alert->policy->hook(alert->action, alert->facts, alert->policy->hook_arg);
}

/* Which breaker is the service's; breaker_count: none. */
static size_t bound_at(const rh_policy *policy, const char *service)
{
    char name[NAME_SIZE];
    size_t i = 0;
    copy_name(service, name);
    while (i < policy->breaker_count && strcmp(policy->breakers[i].service, name) != 0)
        i++;
    return i;
}

static void open_breaker(const rh_policy *policy, const rh_policy_action *action, const char *service)
{
    size_t at = action->breaker && service ? bound_at(policy, service) : policy->breaker_count;
    if (at < policy->breaker_count)
        rh_breaker_trip_for(policy->breakers[at].breaker, action->breaker);
}

rh_status rh_policy_breaker(rh_policy *policy, const char *service, rh_breaker *breaker)
{
    size_t at = bound_at(policy, service);
    if (at == MAX_BREAKERS)
        return RH_ENOMEM;
    if (at == policy->breaker_count)
        copy_name(service, policy->breakers[policy->breaker_count++].service);
    rh_breaker_retain(breaker);
    rh_breaker_release(policy->breakers[at].breaker);
    policy->breakers[at].breaker = breaker;
    return RH_OK;
}

rh_policy_action rh_policy_apply(const rh_policy *policy, const rh_error *error, const char *service,
                                 rh_ns p95)
{
    rh_policy_facts facts = {rh_error_code(error), rh_error_how(error), service, p95};
    rh_policy_action action = rh_policy_match(policy, &facts);
    struct alert alert = {policy, &action, &facts};
    open_breaker(policy, &action, service);
    if (action.alert && policy->hook)
        (void)rh_try(call_hook, &alert, NULL);
    return action;
}

void rh_policy_alert_hook(rh_policy *policy, rh_alert_hook hook, void *arg)
{
    policy->hook = hook;
    policy->hook_arg = arg;
}

void rh_policy_free(rh_policy *policy)
{
    for (size_t i = 0; policy && i < policy->breaker_count; i++)
        rh_breaker_release(policy->breakers[i].breaker);
    free(policy);
}
