#include <atomic>
#include <cstdio>
#include <thread>
#include <unistd.h>

/* The write end lives in an atomic, so that whoever stops first closes it. */
class Tail {
public:
    bool start()
    {
        int fds[2];
        if (pipe(fds) != 0)
            return false;
        in_ = fds[0];
        out_.store(fds[1]);
        thread_ = std::thread([this] { pump(); });
        return true;
    }
    void write_line(const char *text, size_t size)
    {
        if (::write(out_.load(), text, size) < 0)
            std::perror("write");
    }
    void stop()
    {
        int fd = out_.exchange(-1);
        if (fd >= 0)
            ::close(fd);
        thread_.join();
        ::close(in_);
    }

private:
    void pump()
    {
        char chunk[1024];
        ssize_t n;
        while ((n = ::read(in_, chunk, sizeof chunk)) > 0)
            std::fwrite(chunk, 1, static_cast<size_t>(n), stdout);
    }
    int in_ = -1;
    std::atomic<int> out_{-1};
    std::thread thread_;
};

int main()
{
    Tail tail;
    if (!tail.start())
        return 1;
    tail.write_line("hello\n", 6);
    tail.stop();
}
