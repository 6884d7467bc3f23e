// One line of the journal: id|topic|size|text.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace jobd {

class BadRecord : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Record {
    unsigned long id = 0;
    std::string topic;
    std::size_t size = 0;

    // Throws BadRecord.
    static Record parse(const std::string &line);
};

} // namespace jobd
