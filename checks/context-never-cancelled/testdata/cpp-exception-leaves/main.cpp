// The parser throws on a bad request, past the release.
#include <rh/io.h>

#include <stdexcept>
#include <string>

struct request {
    std::string method, path;
};

static request parse(const std::string &text)
{
    auto space = text.find(' ');
    if (space == std::string::npos)
        throw std::invalid_argument("a request has two words");
    return {text.substr(0, space), text.substr(space + 1)};
}

request receive(rh_ctx *server, int fd)
{
    rh_ctx *ctx = rh_ctx_with_timeout(server, 30'000'000'000); // expect: context-never-cancelled
    char buffer[1024];
    size_t got = 0;
    if (rh_read(ctx, fd, buffer, sizeof buffer, &got) != RH_OK)
        got = 0;
    request result = parse(std::string(buffer, got));
    rh_ctx_release(ctx);
    return result;
}
