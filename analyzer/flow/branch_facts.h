/* What is known of integers and pointers on one path: ranges of places, and what conditions were made of.
 *
 * A fact belongs to a loc: its range, perhaps one value it is not, and perhaps that it is a copy, a negation or a
 * comparison of another place, so that a branch on `%5` tells of `fd` where `%5 = fd >= 0`.  Facts die when what they
 * speak of is written.  Ranges widen at loop heads to the thresholds -1, 0, 1, so that loops
 * settle.
 */
#ifndef FLOW_BRANCH_FACTS_H
#define FLOW_BRANCH_FACTS_H

#include "flow/loc.h"

struct range {
    int64_t lo, hi, hole;
    bool has_hole;
};

#define RANGE_ALL ((struct range){INT64_MIN, INT64_MAX, 0, false})
static inline struct range range_of(int64_t value)
{
    return (struct range){value, value, 0, false};
}
/* False: no value is left. */
bool range_refine(struct range *range, enum ir_bin op, int64_t constant);
/* 1 holds for all values, 0 for none, -1 for some. */
int range_decides(struct range range, enum ir_bin op, int64_t constant);
bool range_equal(struct range a, struct range b);
/* `widen`: bounds that differ move to a threshold, for joins at loop heads. */
struct range range_join(struct range a, struct range b, bool widen);

enum fact_source { SOURCE_NONE, SOURCE_COPY, SOURCE_NOT, SOURCE_COMPARE };

struct fact {
    loc_id loc, other;
    uint8_t source, op; /* what loc was made of: copy of other, !other, other op constant */
    uint32_t stamp; /* when it was last set: the oldest makes room */
    int64_t constant;
    struct range range;
};

enum { FACTS_MOST = 20 };

struct facts {
    uint32_t count, stamp;
    struct fact items[FACTS_MOST]; /* by loc */
};

struct range facts_range(const struct facts *facts, loc_id loc);
const struct fact *facts_find(const struct facts *facts, loc_id loc);
void facts_set(struct facts *facts, struct fact fact); /* replaces; the oldest goes when full */
/* loc op constant holds from here on. False: it can't. */
bool facts_refine(struct facts *facts, loc_id loc, enum ir_bin op, int64_t constant);
void facts_forget(const struct locs *locs, struct facts *facts, loc_id written);
void facts_drop(struct facts *facts, bool (*drop)(void *context, loc_id loc), void *context);
/* What holds on both paths. True when `into` changed. */
bool facts_join(struct facts *into, const struct facts *other, bool widen);
bool facts_equal(const struct facts *a, const struct facts *b);
enum ir_bin facts_negated(enum ir_bin op);

#endif
