#include "record.hpp"

#include <cstdlib>

namespace jobd {

namespace {

unsigned long parse_number(const std::string &text)
{
    char *end = nullptr;
    unsigned long number = std::strtoul(text.c_str(), &end, 10);

    if (text.empty() || *end != '\0')
        throw BadRecord("no number: " + text);
    return number;
}

std::string take_field(const std::string &line, std::size_t &at)
{
    std::size_t end = line.find('|', at);

    if (end == std::string::npos)
        throw BadRecord("cut short: " + line);
    std::string field(line, at, end - at);
    at = end + 1;
    return field;
}

} // namespace

Record Record::parse(const std::string &line)
{
    Record record;
    std::size_t at = 0;

    record.id = parse_number(take_field(line, at));
    record.topic = take_field(line, at);
    record.size = parse_number(take_field(line, at));
    return record;
}

} // namespace jobd
