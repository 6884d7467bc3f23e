#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/cli.h"
#include "facts/name.h"

#define PARTIAL_SHOWN 3

void output_say(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("spawnlint: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
}

/* What a parse error costs, for the first few files: -v and the reports tell of all. */
static void say_partial(const struct cli *cli, const struct run *run)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->tus.count; i++) {
        const struct run_tu *tu = &run->tus.data[i];
        if (tu->same_as != i || tu->result.status != TU_PARTIAL || cli->verbose)
            continue;
        if (count++ < PARTIAL_SHOWN)
            output_say("note: %s: %s; what holds such an error is not analysed",
                       path_shorten(tu->job->real_path, run->db.root), tu->result.reason);
    }
    if (count > PARTIAL_SHOWN)
        output_say("note: %u more files have such errors; -v lists them", count - PARTIAL_SHOWN);
}

void output_notes(const struct cli *cli, const struct run *run)
{
    if (cli->quiet)
        return;
    say_partial(cli, run);
    for (uint32_t i = 0; i < run->notes.count; i++)
        output_say("note: %s", run->notes.data[i]);
    if (run->db.broken && !cli->verbose)
        output_say("note: %u entries of %s can't be read; -v says which", run->db.broken, run->db.path);
    for (uint32_t i = 0; cli->verbose && i < run->db.notes.count; i++)
        output_say("note: %s", run->db.notes.data[i].text);
}

void output_timings(const struct cli *cli, const struct run *run)
{
    if (!cli->timings)
        return;
    fputs("spawnlint: CPU seconds:", stderr);
    for (enum cost_stage stage = 0; stage < COST_COUNT; stage++)
        fprintf(stderr, " %s %.3f", cost_name(stage), run->cost.seconds[stage]);
    double parse = run->cost.seconds[COST_PARSE], after = cost_after_parse(&run->cost);
    if (parse > 0)
        fprintf(stderr, "; after parsing %.3f, %.3f of the parse", after, after / parse);
    fputc('\n', stderr);
}

int output_fail(const struct cli *cli, const struct run *run, const struct err *err)
{
    output_end_progress(cli);
    output_notes(cli, run);
    output_say("%s", err->text);
    return err->code == ERR_CANCELLED ? 128 + run->pool.signal : EXIT_USAGE;
}

bool output_write(const char *bytes, size_t count)
{
    bool fine = fwrite(bytes, 1, count, stdout) == count && !fflush(stdout);
    if (!fine)
        output_say("the report can't be written to standard output: %s", strerror(errno));
    return fine;
}

bool output_buf(struct buf *buf)
{
    bool fine = !buf->overflow && output_write(buf->data ? buf->data : "", buf->count);
    buf_free(buf);
    return fine;
}

/* ---- progress: one line that overwrites itself ---- */

static size_t terminal_width(void)
{
    struct winsize size;
    return !ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20 ? size.ws_col : 80;
}

void output_progress(void *context, uint32_t done, uint32_t total, const char *path)
{
    const struct cli *cli = context;
    if (cli->quiet || !isatty(STDERR_FILENO))
        return;
    char line[512];
    int used = snprintf(line, sizeof line, "[%u/%u] %s", done, total, path_name(path));
    size_t width = terminal_width() - 1;
    if (used > 0 && (size_t)used > width && width < sizeof line)
        line[width] = 0;
    fprintf(stderr, "\r\033[K%s", line);
    fflush(stderr);
}

void output_end_progress(const struct cli *cli)
{
    if (!cli->quiet && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* ---- reports ---- */

static bool write_one(const struct cli *cli, const struct run *run, const struct cli_format *wanted)
{
    struct report_options options = {.color = cli->color && !wanted->file, .verbose = cli->verbose,
                                     .github_profile = cli->github_profile};
    struct buf bytes = {0};
    struct err err;
    wanted->format->write(&run->report, &options, &bytes);
    if (!wanted->file)
        return output_buf(&bytes);
    bool fine = !file_write(wanted->file, bytes.data ? bytes.data : "", bytes.count, &err);
    if (!fine)
        output_say("%s", err.text);
    buf_free(&bytes);
    return fine;
}

int output_reports(const struct cli *cli, const struct run *run)
{
    static const char text[] = "text";
    bool fine = true;
    for (uint32_t i = 0; i < cli->formats.count; i++)
        fine = write_one(cli, run, &cli->formats.data[i]) && fine;
    if (!cli->formats.count)
        fine = write_one(cli, run, &(struct cli_format){report_find_format(text), NULL});
    return fine ? EXIT_CLEAN : EXIT_USAGE;
}

/* ---- */

int cli_unknown(const char *what, const char *word, const char *const *known)
{
    const char *nearest = name_nearest(word, known);
    if (nearest) {
        output_say("unknown %s \"%s\"; did you mean \"%s\"?", what, word, nearest);
        return EXIT_USAGE;
    }
    fprintf(stderr, "spawnlint: unknown %s \"%s\"; there are", what, word);
    for (; *known; known++)
        fprintf(stderr, " %s%s", *known, known[1] ? "," : "\n");
    return EXIT_USAGE;
}

enum err_code cli_open(struct cli *cli, struct run *run, uint32_t first_word, struct err *err)
{
    cli->run.program = "/proc/self/exe";
    cli->run.paths = cli->words + first_word;
    cli->run.path_count = cli->word_count - first_word;
    cli->run.progress = output_progress;
    cli->run.context = cli;
    enum err_code code = run_open(run, &cli->run, err);
    if (!code && !cli->fail_on_given)
        cli->fail_on = run->config.fail_on;
    return code;
}
