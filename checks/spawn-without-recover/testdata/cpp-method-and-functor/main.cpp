#include <stdexcept>
#include <thread>

struct Job {
    int n;
    void operator()() const
    {
        if (n)
            throw n;
    }
};

class Server {
public:
    void start()
    {
        thread_ = std::thread(&Server::serve, this); // expect: spawn-without-recover(exception)
    }
    void stop()
    {
        thread_.join();
    }

private:
    void serve()
    {
        if (!ready_)
            throw std::logic_error("not ready");
    }
    bool ready_ = false;
    std::thread thread_;
};

int main()
{
    Server server;
    server.start();
    server.stop();
    std::thread t(Job{1}); // expect: spawn-without-recover(exception)
    t.join();
}
