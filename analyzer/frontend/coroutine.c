#include "frontend/lower.h"

bool coroutine_is(struct fe *fe, CXCursor definition)
{
    (void)fe, (void)definition;
    return false;
}

void coroutine_lower(struct body *body, CXCursor cursor)
{
    struct fe_list children = cursor_children(body->fe, cursor);
    for (uint32_t i = 0; i < children.count; i++)
        stmt_lower(body, children.data[i]);
}

bool coroutine_expr(struct body *body, CXCursor cursor, ir_val *out)
{
    (void)body, (void)cursor, (void)out;
    return false;
}
