#include <memory>
#include <vector>

#include "session.hpp"

static std::vector<std::unique_ptr<Session>> sessions;

void serve(int fd)
{
    sessions.push_back(std::make_unique<Session>(fd));
    if (sessions.size() > 100)
        sessions.clear();
}
