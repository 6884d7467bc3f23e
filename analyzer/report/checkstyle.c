/* Checkstyle's XML: <file> elements in the findings' order, which is by path. */
#include <string.h>

#include "finding/order.h"
#include "report/formats.h"
#include "report/words.h"

static void put_finding(const struct finding *finding, struct buf *out)
{
    static const char *const severities[] = {"info", "warning", "error"};
    buf_printf(out, "    <error line=\"%u\" column=\"%u\" severity=\"%s\" message=\"", finding->place.line,
               finding->place.column, severities[finding->severity]);
    put_xml(out, finding->message);
    buf_printf(out, "\" source=\"spawnlint.%s\"/>\n", finding->check);
}

void checkstyle_write(const struct report *report, const struct report_options *options, struct buf *out)
{
    (void)options;
    const char *open = NULL;
    buf_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
    for (uint32_t i = 0; i < report->findings->items.count; i++) {
        const struct finding *finding = &report->findings->items.data[i];
        const char *path = report_path(report, finding->place.path);
        if (!report_shows(finding))
            continue;
        if (!open || strcmp(open, path) != 0) {
            buf_text(out, open ? "  </file>\n  <file name=\"" : "  <file name=\"");
            put_xml(out, path);
            buf_text(out, "\">\n");
            open = path;
        }
        put_finding(finding, out);
    }
    buf_text(out, open ? "  </file>\n</checkstyle>\n" : "</checkstyle>\n");
}
