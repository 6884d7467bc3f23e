#include <chrono>
#include <cstdio>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

static void append(const std::string &path, const std::string &line)
{
    std::ofstream file(path, std::ios::app);
    if (!file)
        throw std::runtime_error("can't open " + path);
    file << line << '\n';
}

class Audit
{
public:
    explicit Audit(std::string path) : path_(std::move(path)) {}

    // Meant to go on in the background; it does not, and a full disk shows nowhere.
    void note(const std::string &line)
    {
        std::async(std::launch::async, append, path_, line); // expect: unchecked-task-error(discarded)
    }

    void flush()
    {
        std::async(std::launch::async, [this] { append(path_, "--"); }); // expect: unchecked-task-error(discarded)
        std::puts("flushing");
    }

private:
    std::string path_;
};

int main()
{
    Audit audit("/var/log/audit");
    audit.note("start");
    audit.flush();
}
