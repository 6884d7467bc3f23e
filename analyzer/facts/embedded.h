/* The files of checks/models as the build embedded them (cmake/embed.cmake); ends with a NULL name. */
#ifndef FACTS_EMBEDDED_H
#define FACTS_EMBEDDED_H

#include <stddef.h>

struct embedded_model {
    const char *name, *text;
    size_t length;
};

extern const struct embedded_model embedded_models[];

#endif
