// Owners release: a unique_ptr with a deleter, a guard class, a scope guard, and std::stop_source, which needs nobody.
#include <rh/io.h>

#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>

struct release {
    void operator()(rh_ctx *ctx) const { rh_ctx_release(ctx); }
};
using context = std::unique_ptr<rh_ctx, release>;

class scoped_context
{
    rh_ctx *ctx_;

  public:
    explicit scoped_context(rh_ctx *parent) : ctx_(rh_ctx_new(parent)) {}
    scoped_context(const scoped_context &) = delete;
    ~scoped_context() { rh_ctx_release(ctx_); }
    rh_ctx *get() const { return ctx_; }
};

template <class F> class at_exit
{
    F f_;

  public:
    explicit at_exit(F f) : f_(f) {}
    ~at_exit() { f_(); }
};

static std::string read_some(rh_ctx *ctx, int fd)
{
    char buffer[128];
    size_t got = 0;
    if (rh_read(ctx, fd, buffer, sizeof buffer, &got) != RH_OK)
        throw std::runtime_error("nothing came");
    return {buffer, got};
}

std::string by_pointer(rh_ctx *parent, int fd)
{
    context ctx(rh_ctx_with_timeout(parent, 1000));
    return read_some(ctx.get(), fd);
}

std::string by_class(rh_ctx *parent, int fd)
{
    scoped_context ctx(parent);
    return read_some(ctx.get(), fd);
}

std::string by_guard(rh_ctx *parent, int fd)
{
    rh_ctx *ctx = rh_ctx_new(parent);
    at_exit guard([ctx] { rh_ctx_release(ctx); });
    return read_some(ctx, fd);
}

void no_pointer(int count)
{
    std::stop_source source;
    if (count > 3)
        source.request_stop();
}
