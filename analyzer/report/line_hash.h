/* GitHub's primaryLocationLineHash, so that alerts keep their identity whoever computes it.
 *
 * A line's hash is a rolling hash h = 37 h + c (mod 2^64) over the 100 UTF-16 code units that begin with the
 * line, blanks and tabs left out, every line end counted as one '\n', the end of the text as 65535 and zeros
 * behind it; then how many lines before had the same hash, from 1.  The algorithm of github/codeql-action,
 * src/fingerprints.ts.
 */
#ifndef REPORT_LINE_HASH_H
#define REPORT_LINE_HASH_H

#include "finding/sources.h"

struct line_hash {
    uint64_t hash;
    uint32_t occurrence;
};

struct line_hashes {
    struct line_hash *lines; /* by line - 1 */
    uint32_t count;          /* a text that ends with a newline has one line more than source.line_count */
};

struct line_hashes line_hashes_compute(struct arena *arena, const struct source *source);

#endif
