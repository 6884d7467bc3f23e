#include "driver/cost.h"

#include <sys/resource.h>
#include <time.h>

static double own_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double children_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

void cost_open(struct cost *cost)
{
    *cost = (struct cost){.charged = own_seconds(), .children = children_seconds()};
}

void cost_charge(struct cost *cost, enum cost_stage stage)
{
    double now = own_seconds();
    cost->seconds[stage] += now - cost->charged;
    cost->charged = now;
}

void cost_settle_workers(struct cost *cost)
{
    double told = cost->seconds[COST_PARSE] + cost->seconds[COST_LOWER];
    double rest = children_seconds() - cost->children - told;
    cost->seconds[COST_WORKERS] = rest > 0 ? rest : 0;
}

const char *cost_name(enum cost_stage stage)
{
    static const char *const names[] = {
#define COST(ID, name, what) name,
#include "driver/costs.def"
#undef COST
    };
    return names[stage];
}

double cost_after_parse(const struct cost *cost)
{
    return cost->seconds[COST_LOWER] + cost->seconds[COST_STORE] + cost->seconds[COST_LINK] +
           cost->seconds[COST_CHECKS] + cost->seconds[COST_FINISH];
}
