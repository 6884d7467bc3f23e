/* UTF-8 as browsers and Node read it (WHATWG's decoder): each bad sequence's maximal prefix is one U+FFFD. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The code point at `*at` (< length), which moves behind it. */
uint32_t utf8_next(const char *text, size_t length, size_t *at);

/* 1-based column in UTF-16 code units of a 1-based byte column of the line; SARIF's and GitHub's unit.  A
 * column beyond the line counts on in bytes. */
uint32_t utf16_column(const char *line, size_t length, uint32_t column);

/* Text for a terminal or a log: control characters (escape sequences), bidirectional overrides and bad bytes
 * become
 * '?', so that no name or source line can act on the reader's screen. */
void put_clean(struct buf *out, const char *text);
void put_clean_n(struct buf *out, const char *text, size_t length);

#endif
