#include <cstdio>
#include <string>
#include <thread>
#include <vector>

static void write_rows(FILE *out, int from, int to)
{
    for (int row = from; row < to; row++)
        std::fprintf(out, "row %d\n", row); // expect: send-on-closed-channel
}

int export_rows(const std::string &path, int rows)
{
    FILE *out = std::fopen(path.c_str(), "w");
    if (!out)
        return -1;
    std::thread first([out, rows] { write_rows(out, 0, rows / 2); });
    write_rows(out, rows / 2, rows);
    std::fclose(out);
    first.join();
    return 0;
}
