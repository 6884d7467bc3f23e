#include <cstdlib>
#include <stdexcept>

static int checked(int n)
{
    if (n < 0)
        throw std::domain_error("negative");
    return n;
}

static int compare(const void *a, const void *b)
{
    try {
        return checked(*static_cast<const int *>(a)) - checked(*static_cast<const int *>(b));
    } catch (const std::exception &) {
        return 0;
    }
}

int main()
{
    int numbers[] = {3, 1, 2};
    std::qsort(numbers, 3, sizeof numbers[0], compare);
    return numbers[0];
}
