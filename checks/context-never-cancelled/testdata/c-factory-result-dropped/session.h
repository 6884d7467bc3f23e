#ifndef SESSION_H
#define SESSION_H
#include <rh/context.h>

struct limits {
    rh_ns request, idle;
};

rh_ctx *session_context(rh_ctx *parent, const struct limits *limits);
int session_serve(rh_ctx *ctx, int fd);
#endif
