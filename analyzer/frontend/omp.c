/* OpenMP without -fopenmp: the pragmas are read from the text, and the statement behind one becomes an outlined body.
 */
#include "frontend/lower.h"

bool omp_statement(struct body *body, CXCursor cursor, unsigned from)
{
    (void)body, (void)cursor, (void)from;
    return false;
}
