#include <cstdio>
#include <stdexcept>

class File
{
public:
    explicit File(const char *path) : file_(std::fopen(path, "w")) {}
    ~File() // expect: panic-in-cleanup
    {
        flush();
        std::fclose(file_);
    }
    void flush()
    {
        if (std::fflush(file_))
            throw std::runtime_error("disk full");
    }

private:
    std::FILE *file_;
};

int main(int argc, char **argv)
{
    File file(argv[argc - 1]);
    return 0;
}
