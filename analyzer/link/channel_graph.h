/* Which channels a place may hold: inclusion constraints over places, with the elements of arrays told apart.
 *
 * Two kinds of constraint: `flow` (what `from` holds, `to` may hold) for values that are copied, such as
 * descriptors, and `unify` (both are one place) where an address is shared, so that what is written through
 * one name is read through the other.  An element is a place of its own as long as every index is constant;
 * one unknown index makes the elements of that array one.  Unions after Steensgaard (POPL 1996), flows after
 * Andersen (1994).
 *
 * Use: add constraints and objects in any order, graph_solve once, then ask.  Lifetime: the arena given.
 */
#ifndef LINK_CHANNEL_GRAPH_H
#define LINK_CHANNEL_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

typedef uint32_t channel_node; /* 0: none; every function takes it and does nothing */

struct channel_graph;

struct channel_graph *channel_graph_create(struct arena *arena);
/* The node of a key, made when there is none. */
channel_node channel_graph_node(struct channel_graph *graph, uint64_t key);
/* The element of an array's node; `index` < 0: some element. */
channel_node channel_graph_element(struct channel_graph *graph, channel_node array, int64_t index);
void channel_graph_unify(struct channel_graph *graph, channel_node a, channel_node b);
void channel_graph_flow(struct channel_graph *graph, channel_node from, channel_node to);
/* Objects are small numbers that the caller gives. */
void channel_graph_add(struct channel_graph *graph, channel_node node, uint32_t object);
void channel_graph_solve(struct channel_graph *graph);
bool channel_graph_holds(const struct channel_graph *graph, channel_node node, uint32_t object);
/* It, or an element of it. */
bool channel_graph_holds_inside(const struct channel_graph *graph, channel_node node, uint32_t object);
/* Whether it, or an element of it, holds any object but 0. */
bool channel_graph_holds_some(const struct channel_graph *graph, channel_node node);

#endif
