#include "driver/verify.h"

#include <string.h>
#include <unistd.h>

#include "base/path.h"

const char *verify_helpers_include(struct arena *arena)
{
    const char *binary = path_real(arena, "/proc/self/exe");
    const char *installed = binary ? path_join(arena, path_parent(arena, binary), "../include") : NULL;
    const char *places[] = {installed, SPAWNLINT_HELPERS_INCLUDE};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i] && !access(path_join(arena, places[i], "rh"), F_OK))
            return places[i];
    return NULL;
}

/* ---- the run with the new texts ---- */

static bool reads(const struct tu_result *result, const struct fix_files *files)
{
    for (uint32_t i = 0; i < result->files.count; i++)
        for (uint32_t k = 0; k < files->items.count; k++)
            if (!strcmp(result->files.data[i], files->items.data[k].path))
                return true;
    return false;
}

static void set_texts(struct run *shadow, const struct fix_files *files)
{
    for (uint32_t i = 0; i < files->items.count; i++) {
        const struct fix_file *file = &files->items.data[i];
        *vec_push(shadow->arena, &shadow->unsaved) = (struct frontend_unsaved){file->path, file->text, file->length};
        sources_set(shadow->sources, file->path, file->text, file->length);
    }
}

/* The edited code includes the library's headers, which the project may not yet see. */
static void set_commands(struct run *shadow)
{
    const char *include = verify_helpers_include(shadow->arena);
    for (uint32_t i = 0; include && i < shadow->tus.count; i++) {
        struct run_tu *tu = &shadow->tus.data[i];
        if (tu->known)
            continue;
        struct compdb_job *job = arena_dup(shadow->arena, tu->job, sizeof *tu->job);
        job->args = arena_array(shadow->arena, const char *, job->arg_count + 2);
        memcpy(job->args, tu->job->args, job->arg_count * sizeof *job->args);
        job->args[job->arg_count++] = "-idirafter";
        job->args[job->arg_count++] = include;
        tu->job = job;
    }
}

static void make_shadow(const struct run *run, const struct fix_files *files, struct run *shadow)
{
    *shadow = *run;
    shadow->arena = arena_create("verify");
    shadow->store = store_open(shadow->arena, NULL, &(struct store_options){.version = ""}, NULL);
    shadow->sources = sources_create(shadow->arena);
    shadow->blobs.count = shadow->blobs.capacity = 0;
    map_init(&shadow->blob_by_hash, shadow->arena);
    shadow->tus.count = shadow->tus.capacity = 0;
    vec_append(shadow->arena, &shadow->tus, run->tus.data, run->tus.count);
    for (uint32_t i = 0; i < shadow->tus.count; i++)
        shadow->tus.data[i].known = !reads(&shadow->tus.data[i].result, files);
    shadow->unsaved.count = shadow->unsaved.capacity = 0;
    shadow->notes.count = shadow->notes.capacity = 0;
    set_texts(shadow, files);
    set_commands(shadow);
}

/* ---- comparing ---- */

/* Equal but for numbers: names such as "the lambda of line 12" move with an inserted include. */
static bool same_text(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    for (;; a++, b++) {
        a += strspn(a, "0123456789");
        b += strspn(b, "0123456789");
        if (*a != *b)
            return false;
        if (!*a)
            return true;
    }
}

/* `of_kind`: also the same kind of it; without, a spawn that may now only exit, and could throw before, is no new one. */
static bool same_matter(const struct finding *a, const struct finding *b, bool of_kind)
{
    return same_text(a->check, b->check) && same_text(a->function, b->function) && same_text(a->subject, b->subject) &&
           same_text(a->place.path, b->place.path) && (!of_kind || same_text(a->kind, b->kind));
}

/* Places move and lines change under a fix: what counts is how often the same thing is said. */
static uint32_t count_matter(const struct finding_list *list, const struct finding *wanted, bool of_kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->items.count; i++)
        count += same_matter(&list->items.data[i], wanted, of_kind);
    return count;
}

static const char *first_new_finding(struct arena *arena, const struct finding_list *old, const struct finding_list *new)
{
    for (uint32_t i = 0; i < new->items.count; i++) {
        const struct finding *finding = &new->items.data[i];
        bool told = finding->severity > SEVERITY_NOTE && finding->suppression == SUPPRESSED_NOT;
        if (told && count_matter(new, finding, false) > count_matter(old, finding, false))
            return arena_printf(arena, "%s:%u: %s", finding->place.path, finding->place.line, finding->message);
    }
    return NULL;
}

static bool had_diagnostic(const struct tu_result *result, const char *text)
{
    for (uint32_t i = 0; i < result->diagnostics.count; i++)
        if (!strcmp(result->diagnostics.data[i].text, text))
            return true;
    return false;
}

static const char *first_new_diagnostic(struct arena *arena, const struct run *run, const struct run *shadow)
{
    for (uint32_t i = 0; i < shadow->tus.count; i++) {
        const struct tu_result *new = &shadow->tus.data[i].result, *old = &run->tus.data[i].result;
        if (new->status == TU_FAILED && old->status != TU_FAILED)
            return arena_strdup(arena, new->reason);
        for (uint32_t k = 0; k < new->diagnostics.count; k++) {
            const struct tu_diagnostic *diagnostic = &new->diagnostics.data[k];
            if (!had_diagnostic(old, diagnostic->text))
                return arena_printf(arena, "%s:%u: %s", diagnostic->path ? diagnostic->path : "the command",
                                    diagnostic->line, diagnostic->text);
        }
    }
    return NULL;
}

/* Of all that say the same, at least those that were to go are gone. */
static bool is_gone(const struct run *run, const struct run *shadow, const struct finding *wanted,
                    const uint32_t *findings, uint32_t count)
{
    uint32_t to_go = 0;
    for (uint32_t i = 0; i < count; i++)
        to_go += same_matter(&run->findings.items.data[findings[i]], wanted, true);
    return count_matter(&shadow->findings, wanted, true) + to_go <=
           count_matter(&run->findings, wanted, true);
}

static void compare(struct run *run, const struct run *shadow, const uint32_t *findings, uint32_t count,
                    struct fix_verdict *verdict)
{
    verdict->new_diagnostic = first_new_diagnostic(run->arena, run, shadow);
    verdict->new_finding = first_new_finding(run->arena, &run->findings, &shadow->findings);
    for (uint32_t i = 0; i < count && !verdict->still_there; i++)
        verdict->still_there = !is_gone(run, shadow, &run->findings.items.data[findings[i]], findings, count);
}

bool verify_analysed_hash(void *context, const char *path, struct hash128 *hash)
{
    struct run *run = context;
    return store_seen_hash(run->store, path, hash);
}

enum err_code verify_fix(void *context, const struct fix_files *files, const uint32_t *findings, uint32_t finding_count,
                         struct fix_verdict *verdict, struct err *err)
{
    struct run *run = context, shadow;
    *verdict = (struct fix_verdict){0};
    enum err_code code = run_load_bodies(run, err);
    if (code)
        return code;
    make_shadow(run, files, &shadow);
    code = run_parse(&shadow, err);
    if (!code)
        code = run_link(&shadow, err);
    if (!code) {
        run_judge(&shadow);
        run_finish(&shadow);
        compare(run, &shadow, findings, finding_count, verdict);
    }
    run->pool.signal = shadow.pool.signal;
    run_close(&shadow);
    return code;
}
