/* Workflow commands: GitHub Actions turns them into annotations at the line. */
#include <string.h>

#include "finding/order.h"
#include "report/formats.h"
#include "report/words.h"

/* Properties also lose ':' and ','. */
static void put_escaped(struct buf *out, const char *text, bool property)
{
    for (; *text; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            buf_char(out, *text);
    }
}

static void put_finding(const struct report *report, const struct finding *finding, struct buf *out)
{
    static const char *const commands[] = {"notice", "warning", "error"};
    const struct place *place = &finding->place;
    buf_printf(out, "::%s ", commands[finding->severity]);
    if (place->path) {
        buf_text(out, "file=");
        put_escaped(out, report_path(report, place->path), true);
        buf_printf(out, ",line=%u,col=%u,", place->line ? place->line : 1, place->column ? place->column : 1);
        if (place->end_line >= place->line && place->end_line)
            buf_printf(out, "endLine=%u,", place->end_line);
    }
    buf_printf(out, "title=spawnlint %s::", finding->check);
    put_escaped(out, finding->message, false);
    for (uint32_t i = 0; i < finding->trace.count; i++) {
        const struct trace_step *step = &finding->trace.data[i];
        buf_text(out, "%0A");
        if (step->place.path) {
            put_escaped(out, report_path(report, step->place.path), false);
            buf_printf(out, ":%u: ", step->place.line);
        }
        put_escaped(out, step->text, false);
    }
    buf_char(out, '\n');
}

void github_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    (void)options;
    for (uint32_t i = 0; i < report->findings->items.count; i++)
        if (report_shows(&report->findings->items.data[i]))
            put_finding(report, &report->findings->items.data[i], out);
}
