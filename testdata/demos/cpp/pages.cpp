#include "pages.hpp"

#include <cstdio>
#include <map>
#include <stdexcept>

namespace {

const std::map<std::string, std::string> variables = {{"title", "Home"}, {"user", "ada"}};

const std::string &look_up(const std::string &name)
{
    auto found = variables.find(name);

    if (found == variables.end())
        throw std::runtime_error("no variable " + name);
    return found->second;
}

} // namespace

std::string render(const std::string &page)
{
    std::string text;
    std::size_t at = 0;

    for (std::size_t open; (open = page.find('{', at)) != std::string::npos;) {
        std::size_t close = page.find('}', open);
        text.append(page, at, open - at);
        text += look_up(page.substr(open + 1, close - open - 1));
        at = close + 1;
    }
    return text.append(page, at, std::string::npos);
}

std::size_t render_all(const std::vector<std::string> &pages)
{
    std::size_t done = 0;

    for (const std::string &page : pages) {
        std::printf("renderer: %s\n", render(page).c_str());
        done++;
    }
    return done;
}
