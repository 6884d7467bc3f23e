#include <cstdlib>
#include <string>

static void save()
{
    int n = std::stoi(std::getenv("LEVEL"));
    if (n > 1)
        std::system("true");
}

int main()
{
    std::atexit(save); // expect: panic-in-cleanup
    return 0;
}
