/* Facts that checks export per function; private to check/.  Lifetime: the run. */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

#include "base/arena.h"

struct check_facts;

struct check_facts *check_facts_create(struct arena *arena);

#endif
