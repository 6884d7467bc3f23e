// rh/io.hpp: rh/io.h and rh/channel.h for std::stop_token (C++20).
//
// Each function takes a stop_token where the C one takes a context, and returns RH_CANCELLED when a stop was
// requested.  A token that can't be stopped costs nothing; one that can costs a context per call: make an
// rh::stop_context once where that matters, and call the C functions with it.
#ifndef RH_IO_HPP
#define RH_IO_HPP

#include <rh/channel.h>
#include <rh/io.h>
#include <rh/once.hpp>

#if __cplusplus >= 202002L && defined(__has_include)
#if __has_include(<stop_token>)

#include <chrono>
#include <optional>
#include <stop_token>

namespace rh
{

// A context that a stop request cancels.  Not copied, not moved; outlives its users.
class stop_context
{
  public:
    explicit stop_context(const std::stop_token &token, rh_ctx *parent = nullptr)
    {
        if (!token.stop_possible()) {
            ctx_ = rh_ctx_retain(parent);
            return;
        }
        ctx_ = rh_ctx_new(parent);
        if (ctx_)
            callback_.emplace(token, cancel{ctx_});
        else
            failed_ = true;
    }
    ~stop_context()
    {
        callback_.reset();
        rh_ctx_release(ctx_);
    }
    stop_context(const stop_context &) = delete;
    stop_context &operator=(const stop_context &) = delete;

    rh_ctx *get() const noexcept
    {
        return ctx_;
    }
    // False: there was no memory, and no stop will be seen.
    explicit operator bool() const noexcept
    {
        return !failed_;
    }

  private:
    struct cancel {
        rh_ctx *ctx;
        void operator()() const noexcept
        {
            rh_ctx_cancel(ctx, 0, "stop requested");
        }
    };
    rh_ctx *ctx_ = nullptr;
    bool failed_ = false;
    std::optional<std::stop_callback<cancel>> callback_;
};

namespace detail
{

template <class F> rh_status with_token(const std::stop_token &token, F &&call)
{
    stop_context ctx(token);
    return ctx ? call(ctx.get()) : RH_ENOMEM;
}

inline rh_ns nanoseconds(std::chrono::nanoseconds d)
{
    return d.count();
}

} // namespace detail

inline rh_status read(std::stop_token token, int fd, void *buffer, size_t size, size_t *got)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_read(ctx, fd, buffer, size, got); });
}

inline rh_status write(std::stop_token token, int fd, const void *buffer, size_t size, size_t *put)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_write(ctx, fd, buffer, size, put); });
}

inline rh_status recv(std::stop_token token, int fd, void *buffer, size_t size, int flags, size_t *got)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_recv(ctx, fd, buffer, size, flags, got); });
}

inline rh_status send(std::stop_token token, int fd, const void *buffer, size_t size, int flags, size_t *put)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_send(ctx, fd, buffer, size, flags, put); });
}

inline rh_status accept(std::stop_token token, int fd, struct sockaddr *address, unsigned *length, int *accepted)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_accept(ctx, fd, address, length, accepted); });
}

inline rh_status connect(std::stop_token token, int fd, const struct sockaddr *address, unsigned length)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_connect(ctx, fd, address, length); });
}

inline rh_status waitpid(std::stop_token token, pid_t pid, int *status, int options)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_waitpid(ctx, pid, status, options); });
}

inline rh_status chan_send(std::stop_token token, rh_chan *chan, const void *elem)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_chan_send_ctx(chan, elem, ctx); });
}

inline rh_status chan_recv(std::stop_token token, rh_chan *chan, void *elem)
{
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_chan_recv_ctx(chan, elem, ctx); });
}

template <class Rep, class Period>
rh_status sleep_for(std::stop_token token, const std::chrono::duration<Rep, Period> &d)
{
    rh_ns ns = detail::nanoseconds(std::chrono::ceil<std::chrono::nanoseconds>(d));
    return detail::with_token(token, [&](rh_ctx *ctx) { return rh_sleep(ctx, ns); });
}

} // namespace rh

#endif
#endif
#endif
