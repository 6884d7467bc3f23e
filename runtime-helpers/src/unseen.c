#include "unseen.h"

#include <pthread.h>
#include <rh/group.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "panic.h"

static atomic_size_t unseen;
static pthread_once_t exit_once = PTHREAD_ONCE_INIT;

static void report(void)
{
    size_t count = atomic_load(&unseen);
    rh_panic_record record;
    if (count == 0)
        return;
    rh_record_fill(&record, RH_KIND_PANIC, 0, NULL);
    record.recovered = true;
    snprintf(record.type, sizeof record.type, "unseen");
    snprintf(record.message, sizeof record.message, "%zu panic(s) in groups that nobody waited for", count);
    rh_record_write(&record);
}

static void arrange_report(void)
{
    atexit(report);
}

void rh_unseen_add(void)
{
    pthread_once(&exit_once, arrange_report);
    atomic_fetch_add(&unseen, 1);
}

void rh_unseen_remove(size_t count)
{
    atomic_fetch_sub(&unseen, count);
}

size_t rh_panics_unseen(void)
{
    return atomic_load(&unseen);
}
