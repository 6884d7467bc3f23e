#include <exception>
#include <string>
#include <thread>

static std::exception_ptr failure;

static void parse(const std::string &text)
{
    if (std::stoi(text) < 0)
        throw 7;
}

static void whole(const std::string &text)
try {
    parse(text);
} catch (...) {
    failure = std::current_exception();
}

int main()
{
    std::thread a(whole, "1");
    std::thread b([] {
        try {
            parse("2");
        } catch (int) {
        } catch (...) {
        }
    });
    a.join();
    b.join();
}
