#include <future>

static void answer(std::promise<int> &promise, int n)
{
    if (n < 0)
        promise.set_value(0);
    promise.set_value(n); // expect: send-on-closed-channel
}

int main(int argc, char **)
{
    std::promise<int> promise;
    std::future<int> future = promise.get_future();
    answer(promise, argc - 2);
    return future.get();
}
