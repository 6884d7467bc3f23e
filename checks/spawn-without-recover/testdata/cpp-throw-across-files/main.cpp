#include <thread>

#include "config.h"

int main()
{
    try {
        std::thread loader([] { load("a.conf"); }); // expect: spawn-without-recover(exception)
        loader.join();
    } catch (const std::exception &) { // related: spawn-without-recover
        return 1;
    }
}
