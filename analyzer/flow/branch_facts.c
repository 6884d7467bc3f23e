#include "flow/branch_facts.h"

#include <string.h>

enum { CHAIN_DEEPEST = 6 };

enum ir_bin facts_negated(enum ir_bin op)
{
    switch (op) {
    case BIN_EQ:
        return BIN_NE;
    case BIN_NE:
        return BIN_EQ;
    case BIN_LT:
        return BIN_GE;
    case BIN_GE:
        return BIN_LT;
    case BIN_GT:
        return BIN_LE;
    case BIN_LE:
        return BIN_GT;
    default:
        return op;
    }
}

/* ---- ranges ---- */

static void raise_lo(struct range *range, int64_t lo)
{
    range->lo = lo > range->lo ? lo : range->lo;
}

static void lower_hi(struct range *range, int64_t hi)
{
    range->hi = hi < range->hi ? hi : range->hi;
}

/* A hole at an end is no hole. */
static void close_hole(struct range *range)
{
    if (!range->has_hole)
        return;
    if (range->hole == range->lo && range->lo != INT64_MAX)
        range->lo++;
    else if (range->hole == range->hi && range->hi != INT64_MIN)
        range->hi--;
    else if (range->hole > range->lo && range->hole < range->hi)
        return;
    range->has_hole = false;
    range->hole = 0;
}

bool range_refine(struct range *range, enum ir_bin op, int64_t constant)
{
    if (op == BIN_EQ || op == BIN_GE)
        raise_lo(range, constant);
    if (op == BIN_EQ || op == BIN_LE)
        lower_hi(range, constant);
    if (op == BIN_GT)
        raise_lo(range, constant == INT64_MAX ? constant : constant + 1);
    if (op == BIN_LT)
        lower_hi(range, constant == INT64_MIN ? constant : constant - 1);
    if (range->has_hole && range->lo == range->hi && range->lo == range->hole)
        return false;
    if (op == BIN_NE) {
        if (range->lo == range->hi && range->lo == constant)
            return false;
        if (!range->has_hole || constant == range->lo || constant == range->hi || constant == 0) {
            range->has_hole = true;
            range->hole = constant;
        }
    }
    close_hole(range);
    return range->lo <= range->hi;
}

int range_decides(struct range range, enum ir_bin op, int64_t constant)
{
    struct range yes = range, no = range;
    bool can = range_refine(&yes, op, constant), cannot = range_refine(&no, facts_negated(op), constant);
    return can && cannot ? -1 : can;
}

bool range_equal(struct range a, struct range b)
{
    return a.lo == b.lo && a.hi == b.hi && a.has_hole == b.has_hole && (!a.has_hole || a.hole == b.hole);
}

static bool excludes(struct range range, int64_t value)
{
    return value < range.lo || value > range.hi || (range.has_hole && range.hole == value);
}

struct range range_join(struct range a, struct range b, bool widen)
{
    static const int64_t thresholds[] = {-1, 0, 1};
    if (range_equal(a, b))
        return a;
    struct range joined = RANGE_ALL;
    int64_t lo = a.lo < b.lo ? a.lo : b.lo, hi = a.hi > b.hi ? a.hi : b.hi;
    for (int i = 0; i < 3; i++)
        if (thresholds[i] <= lo)
            joined.lo = thresholds[i];
    for (int i = 2; i >= 0; i--)
        if (thresholds[i] >= hi)
            joined.hi = thresholds[i];
    joined.lo = a.lo == b.lo || !widen ? lo : joined.lo;
    joined.hi = a.hi == b.hi || !widen ? hi : joined.hi;
    int64_t holes[] = {a.has_hole ? a.hole : 0, b.has_hole ? b.hole : 0, 0};
    for (int i = 0; i < 3 && !joined.has_hole; i++)
        if (excludes(a, holes[i]) && excludes(b, holes[i]) && !excludes(joined, holes[i])) {
            joined.has_hole = true;
            joined.hole = holes[i];
        }
    return joined;
}

/* ---- facts ---- */

static uint32_t position(const struct facts *facts, loc_id loc)
{
    uint32_t at = 0;
    while (at < facts->count && facts->items[at].loc < loc)
        at++;
    return at;
}

const struct fact *facts_find(const struct facts *facts, loc_id loc)
{
    uint32_t at = position(facts, loc);
    return at < facts->count && facts->items[at].loc == loc ? &facts->items[at] : NULL;
}

struct range facts_range(const struct facts *facts, loc_id loc)
{
    const struct fact *fact = facts_find(facts, loc);
    return fact ? fact->range : RANGE_ALL;
}

static void remove_at(struct facts *facts, uint32_t at)
{
    facts->count--;
    memmove(facts->items + at, facts->items + at + 1, (facts->count - at) * sizeof *facts->items);
}

static void evict_oldest(struct facts *facts)
{
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < facts->count; i++)
        if (facts->items[i].stamp < facts->items[oldest].stamp)
            oldest = i;
    remove_at(facts, oldest);
}

void facts_set(struct facts *facts, struct fact fact)
{
    uint32_t at = position(facts, fact.loc);
    bool known = at < facts->count && facts->items[at].loc == fact.loc;
    if (!fact.loc)
        return;
    if (!known) {
        if (facts->count == FACTS_MOST) {
            evict_oldest(facts);
            at = position(facts, fact.loc);
        }
        memmove(facts->items + at + 1, facts->items + at, (facts->count - at) * sizeof *facts->items);
        facts->count++;
    }
    fact.stamp = ++facts->stamp;
    facts->items[at] = fact;
}

static bool refine(struct facts *facts, loc_id loc, enum ir_bin op, int64_t constant, uint32_t depth)
{
    if (!loc || !depth)
        return true;
    const struct fact *known = facts_find(facts, loc);
    struct fact fact = known ? *known : (struct fact){.loc = loc, .range = RANGE_ALL};
    if (!range_refine(&fact.range, op, constant))
        return false;
    facts_set(facts, fact);
    if (fact.source == SOURCE_COPY)
        return refine(facts, fact.other, op, constant, depth - 1);
    int truth = range_decides(fact.range, BIN_NE, 0);
    if (truth < 0 || fact.source == SOURCE_NONE)
        return true;
    if (fact.source == SOURCE_NOT)
        return refine(facts, fact.other, truth ? BIN_EQ : BIN_NE, 0, depth - 1);
    enum ir_bin relation = (enum ir_bin)fact.op;
    return refine(facts, fact.other, truth ? relation : facts_negated(relation), fact.constant, depth - 1);
}

bool facts_refine(struct facts *facts, loc_id loc, enum ir_bin op, int64_t constant)
{
    return refine(facts, loc, op, constant, CHAIN_DEEPEST);
}

void facts_forget(const struct locs *locs, struct facts *facts, loc_id written)
{
    for (uint32_t at = facts->count; at-- > 0;) {
        struct fact *fact = &facts->items[at];
        if (loc_is_changed_by(locs, fact->loc, written))
            remove_at(facts, at);
        else if (fact->other && loc_is_changed_by(locs, fact->other, written))
            fact->source = SOURCE_NONE, fact->other = 0;
    }
}

void facts_drop(struct facts *facts, bool (*drop)(void *context, loc_id loc), void *context)
{
    for (uint32_t at = facts->count; at-- > 0;)
        if (drop(context, facts->items[at].loc))
            remove_at(facts, at);
        else if (facts->items[at].other && drop(context, facts->items[at].other))
            facts->items[at].source = SOURCE_NONE, facts->items[at].other = 0;
}

static bool is_trivial(const struct fact *fact)
{
    return fact->source == SOURCE_NONE && range_equal(fact->range, RANGE_ALL);
}

static bool facts_same(const struct fact *a, const struct fact *b)
{
    return a->loc == b->loc && a->other == b->other && a->source == b->source &&
           (a->source != SOURCE_COMPARE || (a->op == b->op && a->constant == b->constant)) &&
           range_equal(a->range, b->range);
}

bool facts_equal(const struct facts *a, const struct facts *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!facts_same(&a->items[i], &b->items[i]))
            return false;
    return true;
}

bool facts_join(struct facts *into, const struct facts *other, bool widen)
{
    bool changed = false;
    into->stamp = into->stamp > other->stamp ? into->stamp : other->stamp;
    for (uint32_t at = into->count; at-- > 0;) {
        struct fact *mine = &into->items[at], before = *mine;
        const struct fact *theirs = facts_find(other, mine->loc);
        if (!theirs) {
            remove_at(into, at);
            changed = true;
            continue;
        }
        if (mine->source != theirs->source || mine->other != theirs->other || mine->op != theirs->op ||
            mine->constant != theirs->constant)
            mine->source = SOURCE_NONE, mine->other = 0, mine->op = 0, mine->constant = 0;
        mine->range = range_join(mine->range, theirs->range, widen);
        changed |= !facts_same(&before, mine);
        if (is_trivial(mine))
            remove_at(into, at);
    }
    return changed;
}
