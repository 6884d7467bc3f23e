/* The model set's inside; private to facts/. */
#ifndef FACTS_SET_H
#define FACTS_SET_H

#include "base/map.h"
#include "base/vec.h"
#include "base/yaml.h"
#include "facts/model.h"

struct model_entry {
    struct model_function function;
    uint32_t older; /* index + 1 of the entry of the same name read before it; 0: none */
};

struct model_set {
    struct arena *arena;
    VEC(struct model_entry) entries;
    VEC(const char *) quiet_headers; /* suffixes of paths; a trailing slash means everything below */
    VEC(const char *) quiet_names;   /* globs of normalised names */
    VEC(const char *) assert_macros; /* globs, as the two that follow */
    VEC(const char *) cleanup_macros;
    VEC(const char *) standing_channels;
    VEC(const char *) context_types;
    VEC(struct model_exception) exceptions;
    struct map by_name;              /* hash of the name -> index + 1 of the last entry */
    struct map by_last;              /* hash of the last component, of patterns "*::x" */
    struct hash128 hash;
};

/* facts/read.c */
enum err_code model_read(struct model_set *set, const struct yaml_node *root, bool user, struct err *err);
/* The index + 1 of the entry of that name (or `*::name`) read last; its elders follow `older`.  0: none. */
uint32_t model_set_last(const struct model_set *set, const char *name);
void model_set_put(struct model_set *set, const struct model_function *function);

#endif
