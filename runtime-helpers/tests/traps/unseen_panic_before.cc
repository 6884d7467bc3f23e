// The parent's handler can't see what a child thread throws: the process ends.
#include <cstdio>
#include <stdexcept>
#include <thread>

int main()
{
    try {
        std::thread child([] { throw std::runtime_error("in the child"); });
        child.join();
    } catch (std::exception &error) {
        std::printf("the parent caught: %s\n", error.what());
    }
    return 0;
}
