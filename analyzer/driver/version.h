/* What results depend on besides their input. */
#ifndef DRIVER_VERSION_H
#define DRIVER_VERSION_H

#include "base/arena.h"

/* The program's version and build (a hash of the binary that runs, so that a rebuilt analyzer never trusts what its
 * predecessor stored), libclang's, and the byte formats'. */
const char *version_of_results(struct arena *arena);

#endif
