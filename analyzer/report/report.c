#include "report/report.h"

#include <string.h>

#include "report/formats.h"

static const struct report_format formats[] = {
#define REPORT_FORMAT(name, title) {#name, title, name##_write},
#include "report/formats.def"
#undef REPORT_FORMAT
    {NULL, NULL, NULL},
};

const struct report_format *report_formats(void)
{
    return formats;
}

const struct report_format *report_find_format(const char *name)
{
    for (const struct report_format *format = formats; format->name; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}
