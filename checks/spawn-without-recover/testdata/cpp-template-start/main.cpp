#include <stdexcept>
#include <thread>
#include <utility>

template <class F> void start(F &&f)
{
    std::thread(std::forward<F>(f)).detach();
}

int main()
{
    start([] {});
    start([] { throw std::runtime_error("x"); }); // expect: spawn-without-recover(exception)
}
