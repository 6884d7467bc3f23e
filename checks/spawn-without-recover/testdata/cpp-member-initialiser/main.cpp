#include <stdexcept>
#include <thread>

class Pump {
public:
    Pump()
        : thread_([this] { run(); }) // expect: spawn-without-recover(exception)
    {
    }
    ~Pump()
    {
        thread_.join();
    }

private:
    void run()
    {
        if (!open_)
            throw std::runtime_error("closed");
    }
    bool open_ = false;
    std::thread thread_;
};

int main()
{
    Pump pump;
}
