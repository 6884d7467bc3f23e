/* Facts files: the results of some TUs in one file, for `scan` and `link`.
 *
 * Deterministic: the same sources, commands and version give the same bytes, wherever the checkout lies only as far as
 * its paths are the same.  Untrusted when read; a file of another version is refused with a sentence.
 */
#ifndef DRIVER_SHARD_H
#define DRIVER_SHARD_H

#include "driver/run.h"

/* After run_load. */
void shard_write(struct buf *out, const struct run *run);
/* In place of run_open: a run whose TUs come from the files, with nothing left to parse.  The same TU in two files is
 * taken once.  `root` NULL: what holds all sources. */
enum err_code shard_open(struct run *run, const struct run_options *options, const char *const *files, uint32_t count,
                         const char *root, struct err *err);

#endif
