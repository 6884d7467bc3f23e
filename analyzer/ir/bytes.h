/* The IR as bytes: what workers send, what the store keeps, what link reads.
 *
 * A blob is self-contained (it carries the strings, types, classes' and symbols' identities it names), so that a
 * function is content-addressed: the same function lowered in two TUs gives the same bytes, and link reads blobs
 * of many TUs into one module.  Deterministic.  Untrusted when it comes from disk: reading checks everything
 * (indices, the verifier) and refuses with a sentence; what a refused blob named may stay in the module's tables,
 * where it harms nothing.
 */
#ifndef IR_BYTES_H
#define IR_BYTES_H

#include "base/buf.h"
#include "base/err.h"
#include "ir/ir.h"

/* Bump when the layout or the meaning of anything in ir.h changes. */
#define IR_BYTES_VERSION 1

/* Types in a function's blob are identities (spelling, kind, flags, element, class): sizes, like fields, symbols'
 * flags and places, come with the declarations, so that a function's bytes don't depend on what else its TU saw. */

/* One function (also sets func->hash). */
void ir_write_func(struct buf *out, struct ir_module *module, ir_func_id func);
/* The rest of a module: classes, fields, symbols with flags and places, overrides. */
void ir_write_decls(struct buf *out, const struct ir_module *module);
/* Both read into `module`, uniquing against what is there.  ir_read_func: a symbol that already has a body keeps
 * it (the caller decides by hash and program which bodies to read); returns the new function, 0 and `err` when the
 * bytes are bad. */
ir_func_id ir_read_func(struct ir_module *module, const void *bytes, size_t count, struct err *err);
/* Declarations merge: a complete class wins over an incomplete one and the first complete one stays, flags are
 * OR-ed, a defined symbol's place wins over a declared one's. */
bool ir_read_decls(struct ir_module *module, const void *bytes, size_t count, struct err *err);

#endif
