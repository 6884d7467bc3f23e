#include <future>
#include <stdexcept>

static int compute(int n)
{
    if (n < 0)
        throw std::domain_error("n");
    return n;
}

int main()
{
    std::future<int> f = std::async(std::launch::async, compute, 1);
    std::packaged_task<int(int)> task(compute);
    task(2);
    try {
        return f.get();
    } catch (const std::exception &) {
        return 1;
    }
}
