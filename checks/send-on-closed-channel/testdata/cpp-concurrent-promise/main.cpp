#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

static int ask_server()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    return 7;
}

/* Gives up after a while, with the worker still at it. */
int ask(std::chrono::milliseconds patience)
{
    static std::promise<int> answer;
    std::thread worker([] {
        int got = ask_server();
        answer.set_value(got); // expect: send-on-closed-channel
    });
    worker.detach();
    std::this_thread::sleep_for(patience);
    answer.set_exception(std::make_exception_ptr(std::runtime_error("too late")));
    return 0;
}
