/* rh/rh.hpp: the C++ face, header-only, C++11 and newer (rh::jthread: C++20).
 *
 * rh::thread and rh::jthread are std::thread and std::jthread whose function runs as a task: an exception or
 * a panic in it is recorded and ends the thread, not the process.  They derive from what they replace and add
 * no state, so they may be moved into, stored as and compared with the originals.  Their record:
 * rh_thread_record(native_handle()).
 */
#ifndef RH_RH_HPP
#define RH_RH_HPP

#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <new>
#include <thread>
#include <type_traits>
#include <utility>

#include <rh/panic.h>
#include <rh/spawn.h>

namespace rh
{

/* A panic as a C++ exception: what rh::panic throws and what rh::async's future gives for a panic of its
 * task. Copies share one record.  The library finds the record by this layout: vtable, then pointer. */
class panic_error : public std::exception
{
  public:
    explicit panic_error(const rh_panic_record &panicked)
        : plain_(nullptr), shared_(std::make_shared<rh_panic_record>(panicked))
    {
        plain_ = shared_.get();
    }
    const char *what() const noexcept override
    {
        return plain_->message;
    }
    const rh_panic_record &record() const noexcept
    {
        return *plain_;
    }
    int code() const noexcept
    {
        return plain_->code;
    }

  private:
    const rh_panic_record *plain_;
    std::shared_ptr<const rh_panic_record> shared_;
};

namespace detail
{

template <class F> void call(void *f)
{
    (*static_cast<F *>(f))();
}

/* std::invoke for C++11. */
template <class F, class... Args>
auto invoke(F &&f, Args &&...args) -> decltype(std::forward<F>(f)(std::forward<Args>(args)...))
{
    return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class M, class C, class... Args>
auto invoke(M C::*member, Args &&...args) -> decltype(std::mem_fn(member)(std::forward<Args>(args)...))
{
    return std::mem_fn(member)(std::forward<Args>(args)...);
}

/* What the thread runs: the user's callable under a root frame. */
struct runner {
    rh_spawn_info info;
    template <class F, class... Args> void operator()(F &&f, Args &&...args)
    {
        rh_panic_record record;
        auto body = [&] { (void)detail::invoke(std::forward<F>(f), std::forward<Args>(args)...); };
        if (rh_task_run(&info, call<decltype(body)>, &body, &record) == RH_PANIC)
            rh_thread_record_keep(&record);
    }
};

inline runner make_runner(const void *site)
{
    runner made;
    rh_spawn_capture(&made.info, site);
    return made;
}

template <class T> using bare = typename std::remove_cv<typename std::remove_reference<T>::type>::type;

#if defined(__GNUC__)
#define RH_CALL_SITE __builtin_return_address(0)
#define RH_NOINLINE  __attribute__((noinline))
#else
#define RH_CALL_SITE nullptr
#define RH_NOINLINE
#endif

} // namespace detail

/* Drop-in for std::thread. */
class thread : public std::thread
{
  public:
    thread() noexcept = default;
    thread(thread &&) noexcept = default;
    thread &operator=(thread &&) noexcept = default;
    template <class F, class... Args,
              class = typename std::enable_if<!std::is_base_of<std::thread, detail::bare<F>>::value>::type>
    RH_NOINLINE explicit thread(F &&f, Args &&...args)
        : std::thread(detail::make_runner(RH_CALL_SITE), std::forward<F>(f), std::forward<Args>(args)...)
    {
    }
};

/* Panics from C++: the record is written and the hook runs, then rh::panic_error is thrown.  Catch it as you
 * catch any exception; where nobody does, it ends at the innermost frame of this thread as every panic does.
 */
#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
[[noreturn]] inline void panic(int code, const char *message)
{
    rh_panic_record record;
    rh_panic_publish(&record, code, message);
    throw panic_error(record);
}

/* Goes on with a recovered panic as an exception; nothing is recorded a second time. */
[[noreturn]] inline void rethrow(const rh_panic_record &record)
{
    throw panic_error(record);
}
#else
[[noreturn]] inline void panic(int code, const char *message)
{
    rh_panic(code, "%s", message);
}

[[noreturn]] inline void rethrow(const rh_panic_record &record)
{
    rh_repanic(&record);
}
#endif

/* rh_try for any callable without arguments. */
template <class F> rh_status recover(F &&f, rh_panic_record *record = nullptr)
{
    auto body = [&] { (void)f(); };
    return rh_try(detail::call<decltype(body)>, &body, record);
}

/* rh_defer for a callable, which is moved to the heap; std::bad_alloc where there is no memory, RH_EINVAL
 * where no frame stands. */
template <class F> rh_status defer(F &&f)
{
    typedef typename std::decay<F>::type callable;
    struct once {
        static void run(void *arg)
        {
            std::unique_ptr<callable> own(static_cast<callable *>(arg));
            (*own)();
        }
    };
    std::unique_ptr<callable> own(new callable(std::forward<F>(f)));
    rh_status status = rh_defer(once::run, own.get());
    if (status == RH_OK)
        own.release();
    return status;
}

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS)
namespace detail
{

template <class F>
rh_status try_passing_exceptions(const rh_spawn_info &info, F &body, rh_panic_record &record)
{
    return rh_task_run_with(&info, RH_PASS_EXCEPTIONS, call<F>, &body, &record);
}

template <class R> struct slot {
    typename std::aligned_storage<sizeof(R), alignof(R)>::type room;
    bool set = false;
    template <class F> void fill(F &&f)
    {
        new (static_cast<void *>(&room)) R(f());
        set = true;
    }
    R take()
    {
        return std::move(*reinterpret_cast<R *>(&room));
    }
    ~slot()
    {
        if (set)
            reinterpret_cast<R *>(&room)->~R();
    }
};
template <class R> struct slot<R &> {
    R *at = nullptr;
    template <class F> void fill(F &&f)
    {
        at = std::addressof(f());
    }
    R &take()
    {
        return *at;
    }
};
template <> struct slot<void> {
    template <class F> void fill(F &&f)
    {
        f();
    }
    void take()
    {
    }
};

template <class R> struct async_runner {
    rh_spawn_info info;
    template <class F, class... Args> R operator()(F &&f, Args &&...args)
    {
        slot<R> result;
        rh_panic_record record;
        auto body = [&] {
            result.fill(
                [&]() -> R { return detail::invoke(std::forward<F>(f), std::forward<Args>(args)...); });
        };
        if (try_passing_exceptions(info, body, record) == RH_PANIC)
            throw panic_error(record);
        return result.take();
    }
};

template <class F, class... Args>
using result_of = decltype(detail::invoke(std::declval<typename std::decay<F>::type>(),
                                          std::declval<typename std::decay<Args>::type>()...));

} // namespace detail

/* Drop-in for std::async.  Exceptions travel in the future as ever; a panic of the task is recorded when it
 * happens and arrives in the future as rh::panic_error. */
template <class F, class... Args>
RH_NOINLINE std::future<detail::result_of<F, Args...>> async(std::launch policy, F &&f, Args &&...args)
{
    detail::async_runner<detail::result_of<F, Args...>> runner;
    rh_spawn_capture(&runner.info, RH_CALL_SITE);
    return std::async(policy, runner, std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F, class... Args,
          class = typename std::enable_if<!std::is_same<detail::bare<F>, std::launch>::value>::type>
RH_NOINLINE std::future<detail::result_of<F, Args...>> async(F &&f, Args &&...args)
{
    detail::async_runner<detail::result_of<F, Args...>> runner;
    rh_spawn_capture(&runner.info, RH_CALL_SITE);
    return std::async(std::launch::async | std::launch::deferred, runner, std::forward<F>(f),
                      std::forward<Args>(args)...);
}
#endif

#if defined(__cpp_lib_jthread)
namespace detail
{

/* std::jthread asks whether its callable takes a stop_token first; so there are two runners. */
struct token_runner : runner {
    template <class F, class... Args> void operator()(std::stop_token token, F &&f, Args &&...args)
    {
        runner::operator()(std::forward<F>(f), std::move(token), std::forward<Args>(args)...);
    }
};
struct plain_runner : runner {
    template <class F, class... Args>
        requires(!std::is_same_v<bare<F>, std::stop_token>)
    void operator()(F &&f, Args &&...args)
    {
        runner::operator()(std::forward<F>(f), std::forward<Args>(args)...);
    }
};
template <class F, class... Args>
using jthread_runner =
    std::conditional_t<std::is_invocable_v<std::decay_t<F>, std::stop_token, std::decay_t<Args>...>,
                       token_runner, plain_runner>;

} // namespace detail

/* Drop-in for std::jthread. */
class jthread : public std::jthread
{
  public:
    jthread() noexcept = default;
    jthread(jthread &&) noexcept = default;
    jthread &operator=(jthread &&) noexcept = default;
    template <class F, class... Args>
        requires(!std::is_base_of_v<std::jthread, std::remove_cvref_t<F>>)
    RH_NOINLINE explicit jthread(F &&f, Args &&...args)
        : std::jthread(detail::jthread_runner<F, Args...>{detail::make_runner(RH_CALL_SITE)},
                       std::forward<F>(f), std::forward<Args>(args)...)
    {
    }
};
#endif

} // namespace rh

#if defined(__has_include)
#if __has_include(<rh/io.hpp>)
#include <rh/io.hpp>
#endif
#endif

#endif
