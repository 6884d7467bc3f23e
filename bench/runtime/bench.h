/* bench.h: side-by-side measurement.
 *
 * Rivals are measured in turns within one run (a b a b ...), so that what the machine does meanwhile hits all
 * alike; each round gives nanoseconds per operation, and the median over the rounds is what counts.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_MAX_RIVALS = 8, BENCH_MAX_ROUNDS = 101 };

struct bench_rival {
    const char *name;
    void (*run)(long operations);
};

static inline double bench_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static inline double bench_now(void)
{
    return bench_clock(CLOCK_MONOTONIC);
}

static inline int bench_compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Medians of `rounds` rounds of `operations` into medians[count], by the clock given: for what one thread
 * does alone, its processor time leaves out what others do meanwhile. */
static inline void bench_run_on(clockid_t clock, const struct bench_rival *rivals, int count, int rounds,
                                long operations, double *medians)
{
    static double times[BENCH_MAX_RIVALS][BENCH_MAX_ROUNDS];
    for (int i = 0; i < count; i++)
        rivals[i].run(operations / 10 + 1); /* warm */
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++) {
            double start = bench_clock(clock);
            rivals[i].run(operations);
            times[i][round] = (bench_clock(clock) - start) / (double)operations;
        }
    for (int i = 0; i < count; i++) {
        qsort(times[i], (size_t)rounds, sizeof times[i][0], bench_compare);
        medians[i] = times[i][rounds / 2];
    }
}

static inline void bench_run(const struct bench_rival *rivals, int count, int rounds, long operations,
                             double *medians)
{
    bench_run_on(CLOCK_MONOTONIC, rivals, count, rounds, operations, medians);
}

/* One row of the table: ours, theirs, ratio, goal. */
static inline void bench_row(const char *what, double ours, const char *against, double theirs, double goal)
{
    printf("%-44s %10.1f ns  %-28s %10.1f ns  ratio %6.3f  goal %5.2f  %s\n", what, ours, against, theirs,
           ours / theirs, goal, ours / theirs <= goal ? "met" : "MISSED");
}

/* One row with a goal in nanoseconds. */
static inline void bench_row_ns(const char *what, double ours, double goal_ns)
{
    printf("%-44s %10.1f ns  %-28s %13s  goal %8.1f ns       %s\n", what, ours, "", "", goal_ns,
           ours <= goal_ns ? "met" : "MISSED");
}

#endif
