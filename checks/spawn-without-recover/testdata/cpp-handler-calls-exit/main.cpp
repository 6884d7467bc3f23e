#include <cstdlib>
#include <stdexcept>
#include <thread>

static void risky()
{
    throw std::runtime_error("r");
}

int main()
{
    std::thread t([] { // expect: spawn-without-recover(fatal)
        try {
            risky();
        } catch (const std::exception &) {
            std::exit(1);
        }
    });
    t.join();
}
