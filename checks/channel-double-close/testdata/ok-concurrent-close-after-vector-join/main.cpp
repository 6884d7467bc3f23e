#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

/* Workers close their own copies; the one that all of them were made from is closed when they are done. */
void broadcast(int fd, int copies)
{
    std::vector<std::thread> workers;
    for (int i = 0; i < copies; i++) {
        int own = ::dup(fd);
        workers.emplace_back([own, i] {
            std::string text = "hello " + std::to_string(i);
            ::send(own, text.data(), text.size(), 0);
            ::close(own);
        });
    }
    for (auto &worker : workers)
        worker.join();
    ::close(fd);
}
