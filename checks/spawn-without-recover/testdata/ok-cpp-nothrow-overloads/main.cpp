#include <any>
#include <filesystem>
#include <system_error>
#include <thread>
#include <variant>

static void clean(const std::filesystem::path &path)
{
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (std::filesystem::exists(path, error))
        std::filesystem::rename(path, path / "x", error);
    std::any any = 1;
    if (int *n = std::any_cast<int>(&any))
        *n = 2;
    std::variant<int, char> v = 1;
    if (int *n = std::get_if<int>(&v))
        *n = 2;
}

int main()
{
    std::thread t(clean, "a");
    t.join();
}
