// A packaged_task keeps what its function throws for the future, on whatever thread it runs.
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

static int parse(const std::string &text)
{
    if (text.empty())
        throw std::runtime_error("nothing to parse");
    return static_cast<int>(text.size());
}

int moved(const std::string &text)
{
    std::packaged_task<int()> task([text] { return parse(text); });
    std::future<int> result = task.get_future();
    std::thread worker(std::move(task));
    worker.join();
    return result.get();
}

int lent(const std::string &text)
{
    std::packaged_task<int(const std::string &)> task(parse);
    std::future<int> result = task.get_future();
    std::thread worker(std::ref(task), text);
    worker.join();
    return result.get();
}

void bare(const std::string &text)
{
    std::thread worker([text] { parse(text); }); // expect: spawn-without-recover
    worker.join();
}

/* abort() is no exception: nothing keeps that. */
void fatal()
{
    std::packaged_task<void()> task([] { std::abort(); });
    std::thread worker(std::move(task)); // expect: spawn-without-recover
    worker.join();
}

int main(int argc, char **argv)
{
    moved(argv[argc - 1]);
    lent(argv[argc - 1]);
    bare(argv[argc - 1]);
    fatal();
}
