/* Tasks: begin, end, the list of those that run. */
#include "task.h"

#include <string.h>

#include "probe.h"

static struct rh_task *tasks;
static pthread_mutex_t tasks_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t watching = PTHREAD_ONCE_INIT;

static void link_task(struct rh_task *task)
{
    task->next = tasks;
    task->link = &tasks;
    if (tasks)
        tasks->link = &task->next;
    tasks = task;
}

static void before_fork(void)
{
    pthread_mutex_lock(&tasks_lock);
}

static void after_fork_parent(void)
{
    pthread_mutex_unlock(&tasks_lock);
}

/* The other threads are not here: what is left is this thread's tasks. */
static void after_fork_child(void)
{
    tasks = NULL;
    for (struct rh_task *task = rh_self.task; task; task = task->outer)
        link_task(task);
    pthread_mutex_unlock(&tasks_lock);
}

static void watch_forks(void)
{
    pthread_atfork(before_fork, after_fork_parent, after_fork_child);
}

void rh_spawn_capture(rh_spawn_info *info, const void *site)
{
    const struct rh_task *task = rh_self.task;
    memset(info, 0, sizeof *info);
    info->sites[0] = site;
    if (!task)
        return;
    memcpy(info->sites + 1, task->info.sites, (RH_SPAWN_DEPTH - 1) * sizeof *info->sites);
    info->context = task->info.context;
}

void rh_task_begin(struct rh_task *task, const rh_spawn_info *info)
{
    if (info)
        task->info = *info;
    else
        memset(&task->info, 0, sizeof task->info);
    task->id = rh_task_id_next();
    task->started = rh_now();
    task->thread = 0;
    task->doing = NULL;
    task->outer = rh_self.task;
    task->outer_id = rh_self.id;
    rh_self.task = task;
    rh_self.id = task->id;
    pthread_once(&watching, watch_forks);
    pthread_mutex_lock(&tasks_lock);
    link_task(task);
    pthread_mutex_unlock(&tasks_lock);
    RH_PROBE1(task_begin, task->id);
}

void rh_task_end(struct rh_task *task)
{
    RH_PROBE1(task_end, task->id);
    pthread_mutex_lock(&tasks_lock);
    *task->link = task->next;
    if (task->next)
        task->next->link = task->link;
    pthread_mutex_unlock(&tasks_lock);
    rh_self.task = task->outer;
    rh_self.id = task->outer_id;
}

static void end_task(void *task)
{
    rh_task_end(task);
}

rh_status rh_task_root(struct rh_task *task, const rh_spawn_info *info, unsigned flags, void (*fn)(void *),
                       void *arg, rh_panic_record *record)
{
    struct rh_frame frame;
    rh_status status;
    frame.record = record;
    frame.flags = flags;
    rh_task_begin(task, info);
    pthread_cleanup_push(end_task, task);
    status = rh_frame_run(&frame, fn, arg);
    pthread_cleanup_pop(1);
    return status;
}

rh_status rh_task_run(const rh_spawn_info *info, void (*fn)(void *arg), void *arg, rh_panic_record *record)
{
    struct rh_task task = {.ctx = NULL};
    return rh_task_root(&task, info, 0, fn, arg, record);
}

rh_status rh_task_run_with(const rh_spawn_info *info, unsigned flags, void (*fn)(void *arg), void *arg,
                           rh_panic_record *record)
{
    struct rh_task task = {.ctx = NULL};
    rh_status status = rh_frame_flags_check(flags);
    return status == RH_OK ? rh_task_root(&task, info, flags, fn, arg, record) : status;
}

void rh_task_describe(rh_panic_record *record)
{
    const struct rh_task *task = rh_self.task;
    if (!task)
        return;
    memcpy(record->spawn_sites, task->info.sites, sizeof record->spawn_sites);
    record->context = task->info.context;
}

void rh_task_each(void (*visit)(const struct rh_task *task, void *arg), void *arg)
{
    pthread_mutex_lock(&tasks_lock);
    for (const struct rh_task *task = tasks; task; task = task->next)
        visit(task, arg);
    pthread_mutex_unlock(&tasks_lock);
}
