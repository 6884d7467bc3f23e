#include "walk.h"

#include <vector>

static void append(int item, void *arg)
{
    auto *items = static_cast<std::vector<int> *>(arg);
    items->at(static_cast<std::size_t>(item)) = item;
}

int main()
{
    std::vector<int> items(2);
    walk(3, append, &items); // expect: unprotected-callback
    return items[1];
}
