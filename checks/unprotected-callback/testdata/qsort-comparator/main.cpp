#include <cstdlib>
#include <stdexcept>

static int compare(const void *a, const void *b)
{
    int x = *static_cast<const int *>(a), y = *static_cast<const int *>(b);
    if (x < 0 || y < 0)
        throw std::domain_error("negative");
    return x - y;
}

int main()
{
    int numbers[] = {3, 1, 2};
    std::qsort(numbers, 3, sizeof numbers[0], compare); // expect: unprotected-callback
    return numbers[0];
}
