#include <cstdio>
#include <stdexcept>

class File
{
public:
    ~File()
    {
        try {
            flush();
        } catch (const std::exception &error) {
            std::puts(error.what());
        }
    }
    void flush() { throw std::runtime_error("disk full"); }
};

int main()
{
    File file;
    return 0;
}
