#include "config.h"

static int number(const std::string &text)
{
    if (text.empty())
        throw std::runtime_error("empty number");
    return text[0] - '0';
}

void load(const std::string &path)
{
    number(path);
}
