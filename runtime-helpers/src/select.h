/* select.h: the waiting half of every blocking channel operation. */
#ifndef RH_SRC_SELECT_H
#define RH_SRC_SELECT_H

#include <rh/channel.h>

/* One operation, which was just tried in vain; `ctx` may be NULL. */
rh_status select_one(rh_chan *chan, bool send, void *elem, rh_ns until, rh_ctx *ctx);

#endif
