/* The parts of spawn-without-recover that are not the check itself. */
#ifndef SPAWN_WITHOUT_RECOVER_FIX_H
#define SPAWN_WITHOUT_RECOVER_FIX_H

#include "check/check.h"

/* Renames the spawn to its drop-in; where the panic at `origin` (NULL: none) is fatal, also each call of that kind which
 * the entry reaches. */
void swr_add_fix(struct check_pass *pass, struct finding *finding, const struct spawn *spawn, ir_func_id entry,
                 const struct panic_effect *origin);
/* Whether all that the entry does passes through a recover wrapper. */
bool swr_is_wrapped(const struct check_pass *pass, ir_func_id entry);

#endif
