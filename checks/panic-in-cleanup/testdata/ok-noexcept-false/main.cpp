#include <cstdio>

struct Probe {
    ~Probe() noexcept(false) { std::puts("gone"); }
};

int main()
{
    Probe probe;
    return 0;
}
