#include "link/channel_graph.h"

#include "base/map.h"
#include "base/vec.h"

enum { SOME_ELEMENT = 0x7fffffff, MOST_INDEX = 1 << 16, ELEMENTS_DEEP = 3 };

struct element {
    uint32_t index;
    channel_node node;
    uint32_t next; /* index + 1 into elements */
};

struct flow {
    channel_node from, to;
};

struct node {
    channel_node leader;
    uint32_t first_element; /* of a leader: index + 1 into elements */
    uint32_t first_flow;    /* of a leader, once solved: into by_source */
    uint32_t flow_count;
    uint64_t *objects; /* of a leader; NULL: none yet */
};

struct channel_graph {
    struct arena *arena;
    struct map ids; /* key -> node */
    VEC(struct node) nodes;
    VEC(struct element) elements;
    VEC(struct flow) flows;
    VEC(struct flow) pairs; /* still to be unified */
    VEC(struct flow) seeds; /* from: the object */
    channel_node *by_source;
    uint32_t words; /* of a set */
    VEC(channel_node) work;
};

static channel_node leader_of(const struct channel_graph *graph, channel_node node)
{
    while (graph->nodes.data[node].leader != node)
        node = graph->nodes.data[node].leader = graph->nodes.data[graph->nodes.data[node].leader].leader;
    return node;
}

static channel_node make_node(struct channel_graph *graph)
{
    channel_node id = graph->nodes.count;
    vec_push(graph->arena, &graph->nodes)->leader = id;
    return id;
}

struct channel_graph *channel_graph_create(struct arena *arena)
{
    struct channel_graph *graph = arena_new(arena, struct channel_graph);
    graph->arena = arena;
    map_init(&graph->ids, arena);
    make_node(graph);
    return graph;
}

channel_node channel_graph_node(struct channel_graph *graph, uint64_t key)
{
    if (!key)
        return 0;
    uint64_t *slot = map_put(&graph->ids, key);
    if (!*slot)
        *slot = make_node(graph);
    return (channel_node)*slot;
}

static channel_node find_element(const struct channel_graph *graph, channel_node array, uint32_t index)
{
    for (uint32_t at = graph->nodes.data[array].first_element; at; at = graph->elements.data[at - 1].next)
        if (graph->elements.data[at - 1].index == index)
            return graph->elements.data[at - 1].node;
    return 0;
}

static void push_pair(struct channel_graph *graph, channel_node a, channel_node b)
{
    *vec_push(graph->arena, &graph->pairs) = (struct flow){a, b};
}

/* Makes `node` the element of a leader, or one with the element that it has. */
static void attach(struct channel_graph *graph, channel_node array, uint32_t index, channel_node node)
{
    channel_node some = find_element(graph, array, SOME_ELEMENT);
    channel_node have = some ? some : find_element(graph, array, index);
    if (have) {
        push_pair(graph, node, have);
        return;
    }
    for (uint32_t at = graph->nodes.data[array].first_element; at && index == SOME_ELEMENT;
         at = graph->elements.data[at - 1].next)
        push_pair(graph, graph->elements.data[at - 1].node, node);
    *vec_push(graph->arena, &graph->elements) =
        (struct element){index, node, graph->nodes.data[array].first_element};
    graph->nodes.data[array].first_element = graph->elements.count;
}

/* No new nodes are made here, so that arrays which hold themselves come to an end. */
static void unify_pairs(struct channel_graph *graph)
{
    while (graph->pairs.count) {
        struct flow pair = graph->pairs.data[--graph->pairs.count];
        channel_node from = leader_of(graph, pair.from), to = leader_of(graph, pair.to);
        if (!from || !to || from == to)
            continue;
        uint32_t at = graph->nodes.data[from].first_element;
        graph->nodes.data[from].leader = to;
        while (at) {
            struct element element = graph->elements.data[at - 1];
            at = element.next;
            attach(graph, to, element.index, element.node);
        }
    }
}

channel_node channel_graph_element(struct channel_graph *graph, channel_node array, int64_t index)
{
    if (!array)
        return 0;
    array = leader_of(graph, array);
    uint32_t wanted = index < 0 || index > MOST_INDEX ? SOME_ELEMENT : (uint32_t)index;
    channel_node some = find_element(graph, array, SOME_ELEMENT);
    channel_node found = some ? some : find_element(graph, array, wanted);
    if (found)
        return found;
    found = make_node(graph);
    attach(graph, array, wanted, found);
    unify_pairs(graph);
    return found;
}

void channel_graph_unify(struct channel_graph *graph, channel_node a, channel_node b)
{
    push_pair(graph, a, b);
    unify_pairs(graph);
}

void channel_graph_flow(struct channel_graph *graph, channel_node from, channel_node to)
{
    if (from && to && from != to)
        *vec_push(graph->arena, &graph->flows) = (struct flow){from, to};
}

void channel_graph_add(struct channel_graph *graph, channel_node node, uint32_t object)
{
    if (!node)
        return;
    *vec_push(graph->arena, &graph->seeds) = (struct flow){object, node};
    if (object / 64 >= graph->words)
        graph->words = object / 64 + 1;
}

static void sort_flows(struct channel_graph *graph)
{
    for (uint32_t i = 0; i < graph->flows.count; i++)
        graph->nodes.data[leader_of(graph, graph->flows.data[i].from)].flow_count++;
    uint32_t next = 0;
    for (channel_node node = 0; node < graph->nodes.count; node++) {
        graph->nodes.data[node].first_flow = next;
        next += graph->nodes.data[node].flow_count;
        graph->nodes.data[node].flow_count = 0;
    }
    graph->by_source = arena_array(graph->arena, channel_node, next);
    for (uint32_t i = 0; i < graph->flows.count; i++) {
        struct node *from = &graph->nodes.data[leader_of(graph, graph->flows.data[i].from)];
        graph->by_source[from->first_flow + from->flow_count++] = leader_of(graph, graph->flows.data[i].to);
    }
}

/* True: `to` learnt something. */
static bool include(struct channel_graph *graph, channel_node to, const uint64_t *objects)
{
    bool changed = false;
    if (!graph->nodes.data[to].objects)
        graph->nodes.data[to].objects = arena_array(graph->arena, uint64_t, graph->words);
    uint64_t *have = graph->nodes.data[to].objects;
    for (uint32_t i = 0; i < graph->words; i++) {
        changed |= (objects[i] & ~have[i]) != 0;
        have[i] |= objects[i];
    }
    return changed;
}

void channel_graph_solve(struct channel_graph *graph)
{
    uint64_t *one = arena_array(graph->arena, uint64_t, graph->words);
    sort_flows(graph);
    for (uint32_t i = 0; i < graph->seeds.count; i++) {
        uint32_t object = graph->seeds.data[i].from;
        channel_node to = leader_of(graph, graph->seeds.data[i].to);
        one[object / 64] = UINT64_C(1) << object % 64;
        if (include(graph, to, one))
            *vec_push(graph->arena, &graph->work) = to;
        one[object / 64] = 0;
    }
    while (graph->work.count) {
        channel_node from = graph->work.data[--graph->work.count];
        const struct node *node = &graph->nodes.data[from];
        for (uint32_t i = 0; i < node->flow_count; i++) {
            channel_node to = graph->by_source[node->first_flow + i];
            if (include(graph, to, node->objects))
                *vec_push(graph->arena, &graph->work) = to;
        }
    }
}

bool channel_graph_holds(const struct channel_graph *graph, channel_node node, uint32_t object)
{
    const uint64_t *objects = node ? graph->nodes.data[leader_of(graph, node)].objects : NULL;
    return objects && object / 64 < graph->words && (objects[object / 64] >> object % 64 & 1);
}

static bool holds_inside(const struct channel_graph *graph, channel_node node, uint32_t object, int depth)
{
    if (channel_graph_holds(graph, node, object))
        return true;
    uint32_t at = node && depth < ELEMENTS_DEEP ? graph->nodes.data[leader_of(graph, node)].first_element : 0;
    for (; at; at = graph->elements.data[at - 1].next)
        if (holds_inside(graph, graph->elements.data[at - 1].node, object, depth + 1))
            return true;
    return false;
}

bool channel_graph_holds_inside(const struct channel_graph *graph, channel_node node, uint32_t object)
{
    return holds_inside(graph, node, object, 0);
}

static bool holds_some(const struct channel_graph *graph, channel_node node, int depth)
{
    if (!node)
        return false;
    const struct node *leader = &graph->nodes.data[leader_of(graph, node)];
    for (uint32_t i = 0; leader->objects && i < graph->words; i++)
        if (i ? leader->objects[i] : leader->objects[i] & ~UINT64_C(1))
            return true;
    uint32_t at = depth < ELEMENTS_DEEP ? leader->first_element : 0;
    for (; at; at = graph->elements.data[at - 1].next)
        if (holds_some(graph, graph->elements.data[at - 1].node, depth + 1))
            return true;
    return false;
}

bool channel_graph_holds_some(const struct channel_graph *graph, channel_node node)
{
    return holds_some(graph, node, 0);
}
