#include <stdexcept>

extern "C" int apply(int (*function)(int), int value)
{
    return function(value);
}

static int half(int n)
{
    if (n % 2)
        throw std::domain_error("odd");
    return n / 2;
}

int main()
{
    try {
        return apply(half, 3);
    } catch (const std::domain_error &) {
        return 0;
    }
}
