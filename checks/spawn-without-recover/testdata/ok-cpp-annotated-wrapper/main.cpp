#include <stdexcept>
#include <thread>

__attribute__((annotate("spawnlint::recovers"))) void guarded(void (*f)());

void guarded(void (*f)())
{
    f();
}

static void risky()
{
    throw std::runtime_error("r");
}

int main()
{
    std::thread t([] { guarded(risky); });
    t.join();
}
