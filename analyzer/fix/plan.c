#include <string.h>

#include "base/path.h"
#include "fix/render.h"

/* ---- what must not be edited ---- */

static const char *refuse_path(const struct fix_plan *plan, const struct fix_options *options,
                               const char *path)
{
    struct arena *arena = plan->arena;
    const char *real = fix_real_path(arena, path);
    if (!path_is_below(real, plan->root))
        return arena_printf(arena, "%s lies outside the project (%s), and nothing there is ever written",
                            real, plan->root);
    const struct source *source = sources_get(plan->sources, real);
    if (!source)
        return arena_printf(arena, "%s can't be read any more", real);
    struct hash128 hash;
    bool known = options->analysed_hash && (options->analysed_hash(options->context, path, &hash) ||
                                            options->analysed_hash(options->context, real, &hash));
    if (known && !hash_equal(hash, source->hash))
        return arena_printf(arena, "%s changed since it was analysed; run again", real);
    return NULL;
}

static const char *refuse_edit(const struct fix_plan *plan, const struct fix_edit *edit)
{
    const struct source *source = sources_get(plan->sources, fix_real_path(plan->arena, edit->path));
    if (edit->offset > edit->end_offset || edit->end_offset > source->length)
        return arena_printf(plan->arena, "the edit does not fit %s, which must have changed; run again",
                            edit->path);
    return NULL;
}

static const char *refuse_fix(const struct fix_plan *plan, const struct fix_options *options,
                              const struct fix *fix)
{
    const char *reason = fix->edits.count || fix->includes.count ? NULL : "it has no edits";
    for (uint32_t i = 0; i < fix->edits.count && !reason; i++) {
        reason = refuse_path(plan, options, fix->edits.data[i].path);
        if (!reason)
            reason = refuse_edit(plan, &fix->edits.data[i]);
    }
    for (uint32_t i = 0; i < fix->includes.count && !reason; i++)
        reason = refuse_path(plan, options, fix->includes.data[i].path);
    return reason;
}

/* ---- the plan ---- */

/* The first fix that is offered; else the first, which says why not. */
static uint32_t choose_fix(const struct finding *finding)
{
    for (uint32_t i = 0; i < finding->fixes.count; i++)
        if (!finding->fixes.data[i].not_offered)
            return i;
    return 0;
}

static struct fix_item make_item(const struct fix_plan *plan, const struct fix_options *options,
                                 uint32_t index)
{
    const struct finding *finding = &plan->findings->items.data[index];
    struct fix_item item = {.finding = index, .fix = choose_fix(finding)};
    const struct fix *fix = &finding->fixes.data[item.fix];
    item.reason = fix->not_offered ? fix->not_offered : refuse_fix(plan, options, fix);
    item.state = item.reason ? FIX_REFUSED : FIX_PLANNED;
    return item;
}

struct chosen {
    VEC(uint32_t) items;
};

static void planned_items(const struct fix_plan *plan, struct chosen *out)
{
    for (uint32_t i = 0; i < plan->items.count; i++)
        if (plan->items.data[i].state == FIX_PLANNED)
            *vec_push(plan->arena, &out->items) = i;
}

/* In order: what does not go with those before it waits for the next run. */
static void leave_out_conflicts(struct fix_plan *plan)
{
    struct chosen chosen = {0};
    for (uint32_t i = 0; i < plan->items.count; i++) {
        struct fix_item *item = &plan->items.data[i];
        if (item->state != FIX_PLANNED)
            continue;
        *vec_push(plan->arena, &chosen.items) = i;
        if (fix_render(plan, chosen.items.data, chosen.items.count, &plan->files))
            continue;
        chosen.items.count--;
        item->state = FIX_CONFLICT;
        item->reason = "its edits overlap those of another fix; apply that one and run again";
    }
}

static void render_planned(struct fix_plan *plan)
{
    struct chosen chosen = {0};
    planned_items(plan, &chosen);
    if (!fix_render(plan, chosen.items.data, chosen.items.count, &plan->files))
        BUG("planned fixes overlap");
}

void fix_plan_build(struct arena *arena, const struct finding_list *findings, struct sources *sources,
                    const struct fix_options *options, struct fix_plan *out)
{
    *out = (struct fix_plan){.arena = arena, .findings = findings, .sources = sources};
    out->root = fix_real_path(arena, options->root);
    for (uint32_t i = 0; i < findings->items.count; i++) {
        const struct finding *finding = &findings->items.data[i];
        if (finding->suppression == SUPPRESSED_NOT && finding->fixes.count)
            *vec_push(arena, &out->items) = make_item(out, options, i);
    }
    struct chosen all = {0};
    planned_items(out, &all);
    if (!fix_render(out, all.items.data, all.items.count, &out->files)) {
        leave_out_conflicts(out);
        render_planned(out);
    }
}

/* ---- verification ---- */

struct verifier {
    struct fix_plan *plan;
    fix_verify_fn verify;
    void *context;
};

static const char *objection(struct arena *arena, const struct fix_verdict *verdict)
{
    if (verdict->new_diagnostic)
        return arena_printf(arena, "the compiler would say: %s", verdict->new_diagnostic);
    if (verdict->new_finding)
        return arena_printf(arena, "it would bring another finding: %s", verdict->new_finding);
    return verdict->still_there ? "the finding would still be there" : NULL;
}

/* `*reason`: NULL when it holds. */
static enum err_code ask(struct verifier *v, const struct chosen *chosen, const char **reason,
                         struct err *err)
{
    struct fix_plan *plan = v->plan;
    struct fix_files files;
    struct fix_verdict verdict = {0};
    if (!fix_render(plan, chosen->items.data, chosen->items.count, &files)) {
        *reason = "its edits overlap those of another fix; apply that one and run again";
        return ERR_NONE;
    }
    uint32_t *findings = arena_array(plan->arena, uint32_t, chosen->items.count);
    for (uint32_t i = 0; i < chosen->items.count; i++)
        findings[i] = plan->items.data[chosen->items.data[i]].finding;
    enum err_code code = v->verify(v->context, &files, findings, chosen->items.count, &verdict, err);
    *reason = objection(plan->arena, &verdict);
    return code;
}

static enum err_code ask_one_by_one(struct verifier *v, const struct chosen *all, struct err *err)
{
    struct chosen held = {0};
    for (uint32_t i = 0; i < all->items.count; i++) {
        const char *reason;
        struct fix_item *item = &v->plan->items.data[all->items.data[i]];
        *vec_push(v->plan->arena, &held.items) = all->items.data[i];
        enum err_code code = ask(v, &held, &reason, err);
        if (code == ERR_CANCELLED)
            return code;
        item->verified = code == ERR_NONE && !reason;
        if (item->verified)
            continue;
        held.items.count--;
        item->state = FIX_FAILED;
        item->reason = reason ? reason : arena_strdup(v->plan->arena, err->text);
    }
    return ERR_NONE;
}

enum err_code fix_plan_verify(struct fix_plan *plan, fix_verify_fn verify, void *context, struct err *err)
{
    struct verifier v = {plan, verify, context};
    struct chosen all = {0};
    struct err local = {0};
    const char *reason = NULL;
    planned_items(plan, &all);
    if (!all.items.count)
        return ERR_NONE;
    err = err ? err : &local;
    enum err_code code = ask(&v, &all, &reason, err);
    if (code == ERR_CANCELLED)
        return code;
    if (code == ERR_NONE && !reason) {
        for (uint32_t i = 0; i < all.items.count; i++)
            plan->items.data[all.items.data[i]].verified = true;
        return ERR_NONE;
    }
    code = ask_one_by_one(&v, &all, err);
    render_planned(plan);
    return code;
}
