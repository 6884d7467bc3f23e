/* Does a fix hold?  The TUs that read the edited files are parsed again with the new texts in memory, the program is
 * linked and judged anew, and the findings are compared.  Nothing is written, also not to the store.
 */
#ifndef DRIVER_VERIFY_H
#define DRIVER_VERIFY_H

#include "driver/run.h"
#include "fix/fix.h"

/* A fix_verify_fn; `context` is the struct run after run_check. */
enum err_code verify_fix(void *context, const struct fix_files *files, const uint32_t *findings, uint32_t finding_count,
                         struct fix_verdict *verdict, struct err *err);
/* fix_options.analysed_hash; the same context. */
bool verify_analysed_hash(void *context, const char *path, struct hash128 *hash);

/* Where the bundled runtime-helpers' headers are: beside the installed program, else in the source tree it was built
 * from.  NULL when they are in neither. */
const char *verify_helpers_include(struct arena *arena);

#endif
