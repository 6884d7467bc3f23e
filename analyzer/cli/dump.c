/* Each stage of the analysis as text. */
#include <string.h>

#include "cli/cli.h"
#include "base/path.h"
#include "finding/order.h"
#include "ir/bytes.h"
#include "ir/cfg.h"
#include "ir/text.h"

struct dump {
    struct cli *cli;
    struct run *run;
    struct buf out;
};

/* ---- ir, cfg ---- */

static void print_counters(struct buf *out, const struct tu_result *result)
{
    const struct tu_counters *counters = &result->counters;
    buf_printf(out, "# %u functions, %u partial, %llu instructions\n", counters->functions, counters->partial_functions,
               (unsigned long long)counters->instrs);
    for (int reason = 1; reason < HAVOC_COUNT; reason++)
        if (counters->havoc[reason])
            buf_printf(out, "# havoc %llu: %s\n", (unsigned long long)counters->havoc[reason],
                       ir_havoc_text((enum ir_havoc)reason));
    if (counters->calls_indexed)
        buf_printf(out, "# calls: the index knows %llu, lowering missed %llu\n",
                   (unsigned long long)counters->calls_indexed, (unsigned long long)counters->calls_missed);
    for (uint32_t i = 0; i < result->missed.count; i++)
        buf_printf(out, "# missed %s:%u:%u: %s\n", result->missed.data[i].path, result->missed.data[i].line,
                   result->missed.data[i].column, result->missed.data[i].callee);
    for (uint32_t i = 0; i < result->diagnostics.count; i++)
        buf_printf(out, "# error %s:%u:%u: %s\n",
                   result->diagnostics.data[i].path ? result->diagnostics.data[i].path : "",
                   result->diagnostics.data[i].line, result->diagnostics.data[i].column, result->diagnostics.data[i].text);
}

static void print_cfg(struct buf *out, struct arena *arena, const struct ir_module *module, ir_func_id id)
{
    const struct ir_func *func = &module->funcs.data[id];
    const struct ir_cfg *cfg = ir_cfg_build(arena, func, true);
    buf_printf(out, "cfg %s\n", ir_sym_name(module, func->sym));
    for (uint32_t i = 0; i < cfg->rpo_count; i++) {
        ir_block_id block = cfg->rpo[i];
        buf_printf(out, "  b%u idom b%u%s ->", block, cfg->idom[block], cfg->is_loop_head[block] ? " loop" : "");
        for (uint32_t k = 0; k < cfg->succ_count[block]; k++)
            buf_printf(out, " b%u", cfg->succs[cfg->succ_first[block] + k]);
        buf_char(out, '\n');
    }
}

static void print_tu(struct dump *dump, const struct run_tu *tu, bool cfg)
{
    struct arena *arena = arena_create("dump");
    struct ir_module *module = ir_module_create(arena);
    struct err err;
    buf_printf(&dump->out, "# %s\n", tu->job->real_path);
    if (tu->result.status != TU_OK)
        buf_printf(&dump->out, "# %s: %s\n", tu->result.status == TU_FAILED ? "failed" : "partial", tu->result.reason);
    print_counters(&dump->out, &tu->result);
    bool fine = !tu->result.decls.count ||
                ir_read_decls(module, tu->result.decls.bytes, tu->result.decls.count, &err);
    for (uint32_t i = 0; fine && i < tu->result.funcs.count; i++) {
        const struct store_blob *blob = &tu->result.funcs.data[i].ir;
        fine = ir_read_func(module, blob->bytes, blob->count, &err) != 0;
    }
    if (!fine)
        output_say("%s: %s", tu->job->file, err.text);
    if (fine && !cfg)
        ir_print_module(&dump->out, module);
    for (ir_func_id id = 1; fine && cfg && id < module->funcs.count; id++)
        print_cfg(&dump->out, arena, module, id);
    arena_destroy(arena);
}

static void print_tus(struct dump *dump, bool cfg)
{
    for (uint32_t i = 0; i < dump->run->tus.count; i++)
        if (dump->run->tus.data[i].same_as == i)
            print_tu(dump, &dump->run->tus.data[i], cfg);
}

static void print_ir(struct dump *dump)
{
    print_tus(dump, false);
}

static void print_cfgs(struct dump *dump)
{
    print_tus(dump, true);
}

/* ---- facts, link, findings ---- */

static void print_facts(struct dump *dump)
{
    const struct program *program = dump->run->program;
    for (uint32_t i = 0; i < program->sites.count; i++) {
        const struct call_site *site = &program->sites.data[i];
        if (!site->model)
            continue;
        const struct ir_func *func = &program->module->funcs.data[site->func];
        const struct ir_span *span = &program->module->spans.data[func->instrs.data[site->instr].span];
        buf_printf(&dump->out, "%s:%u:%u: %s:", ir_text(program->module, program->module->files.data[span->file].path),
                   span->line, span->column, site->model->name);
        for (uint32_t k = 0; k < site->model->role_count; k++)
            buf_printf(&dump->out, " %s", role_kind_text(site->model->roles[k].kind));
        buf_char(&dump->out, '\n');
    }
}

static void print_link(struct dump *dump)
{
    program_print(&dump->out, dump->run->program);
}

static void print_findings(struct dump *dump)
{
    run_judge(dump->run);
    run_finish(dump->run);
    for (uint32_t i = 0; i < dump->run->findings.items.count; i++) {
        const struct finding *finding = &dump->run->findings.items.data[i];
        buf_printf(&dump->out, "%s:%u:%u: %s: %s [%s%s%s] %s\n", path_shorten(finding->place.path, dump->run->db.root),
                   finding->place.line, finding->place.column, severity_name(finding->severity), finding->message,
                   finding->check, finding->kind ? "/" : "", finding->kind ? finding->kind : "", finding->fingerprint);
        for (uint32_t k = 0; k < finding->trace.count; k++)
            buf_printf(&dump->out, "  %u.%u %s:%u: %s\n", finding->trace.data[k].task, finding->trace.data[k].depth,
                       finding->trace.data[k].place.path
                           ? path_shorten(finding->trace.data[k].place.path, dump->run->db.root) : "",
                       finding->trace.data[k].place.line, finding->trace.data[k].text);
    }
}

static const struct stage {
    const char *name;
    bool one_file; /* PATHs choose what is parsed, not what is reported */
    void (*print)(struct dump *dump);
} stages[] = {
    {"ir", true, print_ir},         {"cfg", true, print_cfgs},           {"facts", false, print_facts},
    {"link", false, print_link},    {"findings", false, print_findings},
};

static const struct stage *find_stage(const char *name)
{
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (!strcmp(stages[i].name, name))
            return &stages[i];
    return NULL;
}

int command_dump(struct cli *cli)
{
    static const char *const known[] = {"ir", "cfg", "facts", "link", "findings", NULL};
    const struct stage *stage = find_stage(cli->stage ? cli->stage : "ir");
    if (!stage)
        return cli_unknown("stage", cli->stage, known);
    struct run run;
    struct err err;
    cli->run.only_paths = stage->one_file;
    enum err_code code = cli_open(cli, &run, 0, &err);
    if (!code)
        code = run_build(&run, &err);
    int status;
    if (code) {
        status = output_fail(cli, &run, &err);
    } else {
        struct dump dump = {.cli = cli, .run = &run};
        output_end_progress(cli);
        stage->print(&dump);
        output_notes(cli, &run);
        status = output_buf(&dump.out) ? EXIT_CLEAN : EXIT_USAGE;
    }
    run_close(&run);
    return status;
}
