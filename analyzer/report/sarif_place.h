/* Places as SARIF writes them: %SRCROOT%-relative percent-encoded URIs, columns in UTF-16 code units. */
#ifndef REPORT_SARIF_PLACE_H
#define REPORT_SARIF_PLACE_H

#include "base/json.h"
#include "finding/order.h"
#include "report/report.h"

struct sarif {
    const struct report *report;
    const struct report_options *options;
    struct json_writer json;
};

/* RFC 3986: everything but unreserved characters and slashes is encoded. */
void put_uri(struct buf *out, const char *path);

/* "key": {"uri": ..., "uriBaseId": ...} */
void sarif_put_artifact(struct sarif *s, const char *path);
/* "physicalLocation": {...}; nothing for a place without path. */
void sarif_put_physical(struct sarif *s, const struct place *place);
/* "key": {a region of the bytes} */
void sarif_put_byte_region(struct sarif *s, const char *key, const struct source *source, uint32_t offset,
                           uint32_t end_offset);

#endif
