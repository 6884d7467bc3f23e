/* JUnit's XML: each finding is a failed test case, each failed translation unit an error; none at all is one
 * that passed, since some readers take an empty suite for a failure. */
#include "finding/order.h"
#include "report/formats.h"
#include "report/words.h"

static void put_finding(const struct report *report, const struct finding *finding, struct buf *out)
{
    const char *path = report_path(report, finding->place.path);
    buf_text(out, "    <testcase classname=\"");
    put_xml(out, path);
    buf_printf(out, "\" name=\"%s:%u\">\n      <failure type=\"%s\" message=\"", finding->check,
               finding->place.line, severity_name(finding->severity));
    put_xml(out, finding->message);
    buf_text(out, "\">");
    put_xml(out, path);
    buf_printf(out, ":%u:%u</failure>\n    </testcase>\n", finding->place.line, finding->place.column);
}

static void put_failed_tu(const struct report *report, const struct report_tu *tu, struct buf *out)
{
    buf_text(out, "    <testcase classname=\"");
    put_xml(out, report_path(report, tu->path));
    buf_text(out, "\" name=\"analysis\">\n      <error message=\"");
    put_xml(out, tu->reason);
    buf_text(out, "\"/>\n    </testcase>\n");
}

void junit_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    (void)options;
    struct tally tally = report_tally(report);
    uint32_t failures = tally.by_severity[0] + tally.by_severity[1] + tally.by_severity[2], errors = 0;
    for (uint32_t i = 0; i < report->tu_count; i++)
        errors += report->tus[i].status == REPORT_TU_FAILED;
    uint32_t tests = failures + errors ? failures + errors : 1;
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    buf_printf(out, "  <testsuite name=\"spawnlint\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", tests,
               failures, errors);
    for (uint32_t i = 0; i < report->findings->items.count; i++)
        if (report_shows(&report->findings->items.data[i]))
            put_finding(report, &report->findings->items.data[i], out);
    for (uint32_t i = 0; i < report->tu_count; i++)
        if (report->tus[i].status == REPORT_TU_FAILED)
            put_failed_tu(report, &report->tus[i], out);
    if (!(failures + errors))
        buf_text(out, "    <testcase classname=\"spawnlint\" name=\"no findings\"/>\n");
    buf_text(out, "  </testsuite>\n</testsuites>\n");
}
