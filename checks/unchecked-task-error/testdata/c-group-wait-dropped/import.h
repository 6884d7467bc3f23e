#pragma once
#include <rh/group.h>

struct table {
    const char *path;
    long rows;
};

rh_error *import_table(rh_ctx *ctx, void *arg);
