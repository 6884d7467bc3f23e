// A server loop, and a renderer beside it whose exception nobody catches.
#include "pages.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

int main()
{
    const std::vector<std::string> pages = {"<h1>{title}</h1>", "hello {user}", "bye {nobody}"};
    std::size_t rendered = 0;
    std::thread renderer([&] { rendered = render_all(pages); }); // expect: spawn-without-recover

    for (int round = 1; round <= 5; round++) {
        std::printf("server: round %d\n", round);
        std::fflush(stdout);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    renderer.join();
    std::printf("server: alive after 5 rounds, all rendered: %s\n", rendered == pages.size() ? "yes" : "no");
    return 0;
}
