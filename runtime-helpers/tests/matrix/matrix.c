/* The build matrix: what a panic and a fault run in code built in each way (cells.def). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>

#include <rh/panic.h>

#define CELL(name, ...)                                                                                      \
    void name##_call(int *count, void (*leave)(void));                                                       \
    void name##_fault(int *count, volatile char *where, void (*leave)(void));
#include "cells.def"
#undef CELL

struct cell {
    const char *name;
    void (*call)(int *, void (*)(void));
    void (*fault)(int *, volatile char *, void (*)(void));
    int cleaned[2];
    bool unwound[2];
};

static const struct cell cells[] = {
#define CELL(name, panic_cleans, panic_unwound, fault_cleans, fault_unwound)                                 \
    {#name, name##_call, name##_fault, {panic_cleans, fault_cleans}, {panic_unwound, fault_unwound}},
#include "cells.def"
#undef CELL
};

static char *forbidden;

static void leave(void)
{
    rh_panic(1, "leaving");
}

struct run {
    const struct cell *cell;
    bool fault;
    int cleaned;
};

static void run(void *arg)
{
    struct run *now = arg;
    if (now->fault)
        now->cell->fault(&now->cleaned, forbidden, leave);
    else
        now->cell->call(&now->cleaned, leave);
}

static int check(const struct cell *cell, bool fault)
{
    static const rh_try_options options = {.flags = RH_RECOVER_FAULTS};
    struct run now = {cell, fault, 0};
    rh_panic_record record = {.unwound = false};
    rh_status status = rh_try_with(&options, run, &now, &record);
    bool good =
        status == RH_PANIC && now.cleaned == cell->cleaned[fault] && record.unwound == cell->unwound[fault];
    printf("%-5s %-22s %s: cleaned %d, unwound %d\n", good ? "ok" : "WRONG", cell->name,
           fault ? "fault" : "panic", now.cleaned, record.unwound);
    return !good;
}

int main(void)
{
    int wrong = 0;
    rh_panic_log_set(-1);
    signal(SIGSEGV, SIG_DFL);
    forbidden = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int logged = 0; logged < 2; logged++) {
        FILE *sink = logged ? fopen("/dev/null", "w") : NULL;
        rh_panic_log_set(sink ? fileno(sink) : -1); /* the two ways of tracing must agree */
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
            wrong += check(&cells[i], false) + check(&cells[i], true);
        rh_panic_log_set(-1);
        if (sink)
            fclose(sink);
    }
    return wrong > 0;
}
