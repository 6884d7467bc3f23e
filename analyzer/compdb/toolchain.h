/* Compilers by name, clang's own headers, and what a compiler driver says of itself when it may be asked. */
#ifndef COMPDB_TOOLCHAIN_H
#define COMPDB_TOOLCHAIN_H

#include "compdb/compdb.h"

/* Index of the compiler in a command: behind ccache, distcc and the like, `NAME=value` and libtool's own words. */
uint32_t toolchain_find_compiler(const char *const *words, uint32_t count);

/* "g++-12", "clang++": compiles .c files as C++. */
bool toolchain_is_cxx(const char *compiler);

/* Microsoft's cl and what imitates it. */
bool toolchain_is_msvc(const char *compiler);

/* "arm-linux-gnueabihf" of /usr/bin/arm-linux-gnueabihf-gcc-12; NULL for this machine's compilers. */
const char *toolchain_cross_triple(struct arena *arena, const char *compiler);

/* clang's resource directory that fits the libclang in this process: the headers stddef.h, arm_neon.h, ... must be of
 * its version.  NULL when none is found; libclang then looks by itself. */
const char *toolchain_resource_dir(struct arena *arena);

struct toolchain_answer {
    const char *target; /* NULL: not said */
    VEC(const char *) includes;
};

/* Runs `compiler args... -v -E -x LANGUAGE /dev/null` for at most ten seconds.  Only the caller knows whether it may:
 * it executes what the database names. */
enum err_code toolchain_query(struct arena *arena, const char *compiler, const char *const *args, uint32_t arg_count,
                              enum compdb_language language, struct toolchain_answer *out, struct err *err);
/* The parsing half, for tests. */
void toolchain_parse_answer(struct arena *arena, const char *text, struct toolchain_answer *out);

#endif
