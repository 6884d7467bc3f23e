/* The parts of spawn-without-recover that are not the check itself. */
#ifndef SPAWN_WITHOUT_RECOVER_FIX_H
#define SPAWN_WITHOUT_RECOVER_FIX_H

#include "check/check.h"

/* Renames the spawn to its drop-in, and the fatal call at the panic's origin (NULL: none) to its own. */
void swr_add_fix(struct check_pass *pass, struct finding *finding, const struct spawn *spawn,
                 const struct panic_effect *origin);
/* Whether all that the entry does passes through a recover wrapper. */
bool swr_is_wrapped(const struct check_pass *pass, ir_func_id entry);

#endif
