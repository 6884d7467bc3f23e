/* The source line of a place with what is meant underlined, as clang and rustc print it. */
#ifndef REPORT_SNIPPET_H
#define REPORT_SNIPPET_H

#include "base/buf.h"
#include "finding/finding.h"
#include "finding/sources.h"

/* Two lines, or none where the source can't be read.  Tabs are widened to 8, long lines cut around the place.
 * `mark` and `plain` stand around the underline (colour). */
void put_snippet(struct buf *out, struct sources *sources, const struct place *place, const char *mark,
                 const char *plain);

#endif
