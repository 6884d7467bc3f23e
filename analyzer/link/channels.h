/* What is known of the descriptors and other channels that flow through a program: how they were opened, and whether
 * waits on them are bounded.
 *
 * Channels are told apart by where they live (a field of a class, a global, a local, a parameter), without telling objects
 * of one class apart: what is opened into `conn->fd` anywhere says what `conn->fd` is everywhere.  That non-blocking was
 * set travels also from a callee's parameter back to what was handed in (helpers such as set_nonblocking(fd)).
 */
#ifndef LINK_CHANNELS_H
#define LINK_CHANNELS_H

#include "link/place.h"

enum {
    CHANNEL_NETWORK = 1 << 0,
    CHANNEL_PIPE = 1 << 1, /* also terminals, event descriptors, sockets of one machine */
    CHANNEL_DISK = 1 << 2,
    CHANNEL_SYNC = 1 << 3,
    CHANNEL_NONBLOCKING = 1 << 4, /* or its waits have a timeout */
};

struct channels;
struct channels *channels_solve(struct arena *arena, const struct program *program);
/* CHANNEL_ bits of the channel at a place; 0: nothing is known. */
uint32_t channels_at(const struct channels *channels, value_place place);
/* Whether two places may hold the same channel: equal, or connected by assignments, arguments and dup. */
bool channels_same(const struct channels *channels, value_place a, value_place b);

/* Whether `val`, as far as it can be read, is a constant; through a local that is assigned once. */
bool value_constant(const struct ir_func *func, ir_val val, int64_t *out);
/* Whether some constant that goes into `val` (also through `|`) has one of the bits. */
bool value_has_bits(const struct ir_func *func, ir_val val, uint64_t bits);
/* Whether the role's `flags` are as its `bits` or `values` want them; true where it wants nothing. */
bool role_flags_hold(const struct ir_func *func, const struct ir_instr *call, const struct role *role);

#endif
