/* What the two halves of ir/bytes.h agree on; private to them.
 *
 * A blob: kind, version, strings, tables (files, classes, types, fields, symbols, spans), then the body.  Local ids
 * are 1-based positions in these tables, 0 none; entries refer only to tables and entries before them.
 */
#ifndef IR_LAYOUT_H
#define IR_LAYOUT_H

#include "ir/bytes.h"

enum { BLOB_FUNC = 'F', BLOB_DECLS = 'D' };

/* Which members of an instruction are not zero and follow. */
enum {
    HAS_SUB = 1, HAS_FLAGS = 2, HAS_REGION = 4, HAS_DST = 8, HAS_A = 16, HAS_B = 32, HAS_SPAN = 64, HAS_SYM = 128,
    HAS_TYPE = 256, HAS_ARGS = 512, HAS_NAME_SPAN = 1024, HAS_ALL = 2047,
};

/* How a type's kind and flags and a value's kind and index share a number. */
enum { TYPE_FLAG_BITS = 5, VAL_KIND_BITS = 3 };

#endif
