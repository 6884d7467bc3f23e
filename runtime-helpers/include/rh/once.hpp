// rh/once.hpp: std::call_once that throws instead of hanging when it comes back to itself.
//
// rh::call_once(flag, f, args...) is std::call_once with rh::once_flag: an exception of f passes to the caller and
// the next caller tries again.  Re-entry on the same task, through another once or through a joined task, is
// std::system_error(resource_deadlock_would_occur).
#ifndef RH_ONCE_HPP
#define RH_ONCE_HPP

#include <rh/once.h>

#include <system_error>
#include <utility>

namespace rh
{

class once_flag
{
  public:
    constexpr once_flag() noexcept = default;
    once_flag(const once_flag &) = delete;
    once_flag &operator=(const once_flag &) = delete;

  private:
    rh_once once_ = RH_ONCE_INIT;
    template <class F, class... Args> friend void call_once(once_flag &, F &&, Args &&...);
};

template <class F, class... Args> void call_once(once_flag &flag, F &&f, Args &&...args)
{
    auto call = [&] { std::forward<F>(f)(std::forward<Args>(args)...); };
    auto run = [](void *arg) { (*static_cast<decltype(call) *>(arg))(); };
    if (rh_once_pass(&flag.once_, run, &call) == RH_EREENTRANT)
#if defined(__cpp_exceptions)
        throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur), "rh::call_once");
#else
        __builtin_trap();
#endif
}

} // namespace rh

#endif
