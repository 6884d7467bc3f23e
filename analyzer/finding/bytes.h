/* Findings as bytes, for the store: what a warm run reads back is what the cold run reported.
 *
 * Deterministic; untrusted when read (every length is checked).
 */
#ifndef FINDING_BYTES_H
#define FINDING_BYTES_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/finding.h"

/* Bump when the layout or a field's meaning changes; part of the store's version. */
#define FINDING_BYTES_VERSION 1

void finding_write(struct buf *out, const struct finding *finding);
/* False where the bytes are not a finding. Strings live in the arena. */
bool finding_read(struct arena *arena, const void *bytes, size_t count, struct finding *out);

#endif
