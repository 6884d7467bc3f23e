/* What several reporters say or ask alike. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "report/report.h"

struct tally {
    uint32_t by_severity[3]; /* not suppressed */
    uint32_t in_source, baseline, detached;
};

struct tally report_tally(const struct report *report);
/* Relative to the root, or absolute where it lies outside; "" for none. */
const char *report_path(const struct report *report, const char *path);
/* Suppressed findings are nobody's business outside of SARIF and JSON. */
static inline bool report_shows(const struct finding *finding)
{
    return finding->suppression == SUPPRESSED_NOT;
}
/* "1 file", "2 files", with thousands apart. */
void put_count(struct buf *out, uint64_t count, const char *one, const char *many);
/* XML attribute or text; what XML can't hold becomes '?'. */
void put_xml(struct buf *out, const char *text);

#endif
