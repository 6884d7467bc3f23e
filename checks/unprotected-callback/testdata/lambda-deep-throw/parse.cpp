#include "parse.h"

#include <string>

static int number(const std::string &text)
{
    return std::stoi(text);
}

int parse(const char *text)
{
    return number(text);
}
