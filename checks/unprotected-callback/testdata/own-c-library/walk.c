#include "walk.h"

void walk(int count, void (*visit)(int item, void *arg), void *arg)
{
    for (int i = 0; i < count; i++)
        visit(i, arg);
}
