/* The dump of running tasks. */
#include <rh/observe.h>
#include <stdatomic.h>

#include "dump.h"
#include "json.h"
#include "panic.h"
#include "task.h"

static atomic_bool on_panic;

struct visit {
    void (*visit)(const rh_task_view *view, void *arg);
    void *arg;
    rh_ns now;
};

static void view_task(const struct rh_task *task, void *arg)
{
    struct visit *visit = arg;
    const rh_task_view view = {task->id, visit->now - task->started,
                               __atomic_load_n(&task->info.name, __ATOMIC_RELAXED),
                               __atomic_load_n(&task->doing, __ATOMIC_RELAXED), task->info.sites};
    visit->visit(&view, visit->arg);
}

void rh_task_each_running(void (*visit)(const rh_task_view *view, void *arg), void *arg)
{
    struct visit how = {visit, arg, rh_now()};
    rh_task_each(view_task, &how);
}

static void optional(struct json *json, const char *name, const char *text)
{
    if (!text)
        return;
    rh_json_raw(json, name);
    rh_json_escaped(json, text);
    rh_json_raw(json, "\"");
}

static void write_task(const rh_task_view *view, void *arg)
{
    char text[2048];
    struct json json = {text, 0, sizeof text, false};
    rh_json_raw(&json, "{\"eventName\":\"rh.task\",\"rh.task.id\":");
    rh_json_number(&json, (int64_t)view->id);
    rh_json_raw(&json, ",\"age_ns\":");
    rh_json_number(&json, view->age);
    optional(&json, ",\"name\":\"", view->name);
    optional(&json, ",\"doing\":\"", view->doing);
    rh_json_raw(&json, ",\"spawn_sites\":[");
    for (int i = 0; i < RH_SPAWN_DEPTH && view->spawn_sites[i]; i++) {
        rh_json_raw(&json, i ? ",\"" : "\"");
        rh_json_address(&json, view->spawn_sites[i]);
        rh_json_raw(&json, "\"");
    }
    rh_json_raw(&json, "]}\n");
    if (!json.full)
        rh_report_line(text, json.length);
    ++*(size_t *)arg;
}

size_t rh_task_dump(void)
{
    size_t count = 0;
    rh_task_each_running(write_task, &count);
    return count;
}

void rh_task_dump_on_panic(bool on)
{
    atomic_store(&on_panic, on);
}

void rh_dump_after_panic(void)
{
    if (atomic_load_explicit(&on_panic, memory_order_relaxed))
        rh_task_dump();
}

const char *rh_task_doing(const char *what)
{
    struct rh_task *task = rh_self.task;
    return task ? __atomic_exchange_n(&task->doing, what, __ATOMIC_RELAXED) : NULL;
}

void rh_task_name(const char *name)
{
    if (rh_self.task)
        __atomic_store_n(&rh_self.task->info.name, name, __ATOMIC_RELAXED);
}
