#include <algorithm>
#include <stdexcept>
#include <vector>

static bool less(int a, int b)
{
    if (a < 0)
        throw std::domain_error("negative");
    return a < b;
}

int main()
{
    std::vector<int> numbers = {3, 1, 2};
    try {
        std::sort(numbers.begin(), numbers.end(), less);
    } catch (const std::domain_error &) {
        return 1;
    }
    return numbers[0];
}
