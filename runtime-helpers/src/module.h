/* module.h (internal): which loaded object an address is in, and its build id. */
#ifndef RH_SRC_MODULE_H
#define RH_SRC_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rh_module {
    const char *path; /* "" for the program itself; the loader's, valid while the object is loaded */
    uintptr_t offset; /* of the address in the object, as its symbol table counts */
    const unsigned char *build_id;
    size_t build_id_size; /* 0: it has none */
};

/* False: the address is in no loaded object.  Async-signal-safe with glibc 2.35 and newer; elsewhere as safe
 * as dl_iterate_phdr. */
bool rh_module_find(const void *address, struct rh_module *module);

#endif
