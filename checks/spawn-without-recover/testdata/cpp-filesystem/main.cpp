#include <filesystem>
#include <thread>

int main()
{
    std::thread t([] { std::filesystem::remove_all("a"); }); // expect: spawn-without-recover(exception)
    t.join();
}
