#include <cstdlib>
#include <string>

#include "parse.h"

int main()
{
    const char *names[] = {"7", "x", "3"};
    qsort(names, 3, sizeof names[0], [](const void *a, const void *b) { // expect: unprotected-callback
        return parse(*static_cast<const char *const *>(a)) - parse(*static_cast<const char *const *>(b));
    });
    return 0;
}
