#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "report/utf8.h"

struct tally report_tally(const struct report *report)
{
    struct tally tally = {0};
    for (uint32_t i = 0; i < report->findings->items.count; i++) {
        const struct finding *finding = &report->findings->items.data[i];
        switch (finding->suppression) {
        case SUPPRESSED_NOT:
            tally.by_severity[finding->severity]++;
            break;
        case SUPPRESSED_IN_SOURCE:
            tally.in_source++;
            break;
        case SUPPRESSED_BASELINE:
            tally.baseline++;
            break;
        case SUPPRESSED_DETACHED:
            tally.detached++;
            break;
        }
    }
    return tally;
}

const char *report_path(const struct report *report, const char *path)
{
    if (!path)
        return "";
    return report->root ? path_shorten(path, report->root) : path;
}

static void put_thousands(struct buf *out, uint64_t count)
{
    if (count >= 1000) {
        put_thousands(out, count / 1000);
        buf_printf(out, ",%03" PRIu64, count % 1000);
    } else {
        buf_printf(out, "%" PRIu64, count);
    }
}

void put_count(struct buf *out, uint64_t count, const char *one, const char *many)
{
    put_thousands(out, count);
    buf_printf(out, " %s", count == 1 ? one : many);
}

void put_xml(struct buf *out, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    for (size_t at = 0; at < length;) {
        size_t begin = at;
        uint32_t point = utf8_next(text, length, &at);
        if (point == '&' || point == '<' || point == '>' || point == '"' || point == '\n' || point == '\r' ||
            point == '\t')
            buf_printf(out, "&#%u;", point);
        else if (point < 0x20 || point == 0xfffd || point == 0xfffe || point == 0xffff)
            buf_char(out, '?');
        else
            buf_bytes(out, text + begin, at - begin);
    }
}
