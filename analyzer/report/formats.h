/* The writers behind report_find_format; one file each. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"

#define REPORT_FORMAT(name, title)                                                                           \
    void name##_write(const struct report *report, const struct report_options *options, struct buf *out);
#include "report/formats.def"
#undef REPORT_FORMAT

#endif
