#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "driver/verify.h"
#include "base/path.h"
#include "finding/order.h"
#include "fix/fix.h"

static const char *why(const struct fix_item *item)
{
    return item->reason ? item->reason : item->state == FIX_CONFLICT ? "it overlaps another fix; run again" : "";
}

static void say_items(const struct cli *cli, const struct run *run, const struct fix_plan *plan)
{
    for (uint32_t i = 0; i < plan->items.count && !cli->quiet; i++) {
        const struct fix_item *item = &plan->items.data[i];
        const struct finding *finding = &run->findings.items.data[item->finding];
        const char *path = path_shorten(finding->place.path, run->db.root);
        if (item->state == FIX_PLANNED)
            output_say("%s:%u: %s: %s", path, finding->place.line, finding->check,
                       finding->fixes.data[item->fix].title);
        else
            output_say("%s:%u: %s: not fixed: %s", path, finding->place.line, finding->check, why(item));
    }
}

/* The rewritten code does not compile or link by the old commands. */
static void say_helpers(const struct cli *cli, const struct run *run, const struct fix_plan *plan)
{
    bool wanted = false;
    for (uint32_t i = 0; i < plan->items.count; i++) {
        const struct fix_item *item = &plan->items.data[i];
        const struct fix *fix = &run->findings.items.data[item->finding].fixes.data[item->fix];
        for (uint32_t k = 0; item->state == FIX_PLANNED && k < fix->includes.count; k++)
            wanted = wanted || !strncmp(fix->includes.data[k].header, "rh/", 3);
    }
    if (wanted && !cli->quiet)
        output_say("this code uses runtime-helpers: add `pkg-config --cflags runtime-helpers` to how the files are "
                   "compiled and `pkg-config --libs runtime-helpers` to how the program is linked");
}

static int write_out(struct cli *cli, const struct run *run, const struct fix_plan *plan, struct err *err)
{
    struct buf text = {0};
    if (cli->dry_run) {
        fix_write_diff(&text, plan);
        return output_buf(&text) ? EXIT_CLEAN : EXIT_USAGE;
    }
    enum err_code code;
    if (cli->export_fixes) {
        fix_write_yaml(&text, plan, run->tus.data[0].job->real_path);
        code = file_write(cli->export_fixes, text.data ? text.data : "", text.count, err);
        buf_free(&text);
    } else {
        code = fix_plan_apply(plan, err);
    }
    if (!code)
        return EXIT_CLEAN;
    output_say("%s", err->text);
    return EXIT_USAGE;
}

/* Findings that the plan leaves standing count as in `check`. */
static int remaining(const struct cli *cli, const struct run *run, const struct fix_plan *plan)
{
    for (uint32_t i = 0; i < run->findings.items.count; i++) {
        const struct finding *finding = &run->findings.items.data[i];
        bool fixed = finding->suppression != SUPPRESSED_NOT || (int)finding->severity < (int)cli->fail_on;
        for (uint32_t k = 0; k < plan->items.count; k++)
            fixed = fixed || (plan->items.data[k].finding == i && plan->items.data[k].state == FIX_PLANNED);
        if (!fixed)
            return EXIT_FINDINGS;
    }
    return EXIT_CLEAN;
}

static int plan_and_write(struct cli *cli, struct run *run, struct err *err)
{
    struct fix_plan plan;
    struct fix_options options = {run->db.root, verify_analysed_hash, run};
    fix_plan_build(run->arena, &run->findings, run->sources, &options, &plan);
    enum err_code code = fix_plan_verify(&plan, verify_fix, run, err);
    output_end_progress(cli);
    if (code)
        return output_fail(cli, run, err);
    output_notes(cli, run);
    say_items(cli, run, &plan);
    int status = write_out(cli, run, &plan, err);
    if (status == EXIT_CLEAN)
        say_helpers(cli, run, &plan);
    return status == EXIT_CLEAN ? remaining(cli, run, &plan) : status;
}

int command_fix(struct cli *cli)
{
    struct run run;
    struct err err;
    enum err_code code = cli_open(cli, &run, 0, &err);
    if (!code)
        code = run_check(&run, &err);
    int status = code ? output_fail(cli, &run, &err) : plan_and_write(cli, &run, &err);
    run_close(&run);
    return status;
}
