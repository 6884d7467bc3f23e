/* GitLab's code quality artifact: an array in the shape of Code Climate's issues. */
#include "base/json.h"
#include "report/formats.h"
#include "report/words.h"

static void put_finding(struct json_writer *json, const struct report *report, const struct finding *finding)
{
    static const char *const severities[] = {"info", "minor", "critical"};
    const struct place *place = &finding->place;
    json_put_open(json, '{');
    json_put_key_text(json, "description", finding->message);
    json_put_key_text(json, "check_name", finding->check);
    json_put_key_text(json, "fingerprint", finding->fingerprint);
    json_put_key_text(json, "severity", severities[finding->severity]);
    json_put_key_open(json, "location", '{');
    json_put_key_text(json, "path", report_path(report, place->path));
    json_put_key_open(json, "lines", '{');
    json_put_key_int(json, "begin", place->line ? place->line : 1);
    if (place->end_line > place->line)
        json_put_key_int(json, "end", place->end_line);
    json_put_close(json, '}');
    json_put_close(json, '}');
    json_put_close(json, '}');
}

void gitlab_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    (void)options;
    struct json_writer json = {.out = out, .indent = 2};
    json_put_open(&json, '[');
    for (uint32_t i = 0; i < report->findings->items.count; i++)
        if (report_shows(&report->findings->items.data[i]))
            put_finding(&json, report, &report->findings->items.data[i]);
    json_put_close(&json, ']');
    buf_char(out, '\n');
}
