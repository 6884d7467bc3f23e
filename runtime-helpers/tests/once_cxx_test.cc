// rh::call_once: std::call_once's semantics, and an exception where that one hangs.
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <thread>

extern "C" {
#include <cmocka.h>
}

#include <rh/once.hpp>

#include "quiet.h"

static void runs_once_with_arguments(void **)
{
    rh::once_flag flag;
    int sum = 0;
    for (int i = 1; i <= 3; i++)
        rh::call_once(flag, [&](int by, const std::string &text) { sum += by + static_cast<int>(text.size()); }, i,
                      std::string("xx"));
    assert_int_equal(sum, 3);
}

static void an_exception_passes_and_is_retried(void **)
{
    rh::once_flag flag;
    int attempts = 0;
    bool caught = false;
    try {
        rh::call_once(flag, [&] {
            attempts++;
            throw std::runtime_error("first");
        });
    } catch (const std::runtime_error &error) {
        caught = std::string(error.what()) == "first";
    }
    assert_true(caught);
    rh::call_once(flag, [&] { attempts++; });
    rh::call_once(flag, [&] { attempts++; });
    assert_int_equal(attempts, 2);
}

static void re_entry_throws(void **)
{
    log_capture();
    rh::once_flag flag;
    bool caught = false;
    rh::call_once(flag, [&] {
        try {
            rh::call_once(flag, [] {});
        } catch (const std::system_error &error) {
            caught = error.code() == std::errc::resource_deadlock_would_occur;
        }
    });
    assert_true(caught);
}

static void threads_agree(void **)
{
    rh::once_flag flag;
    int runs = 0;
    auto body = [&] { rh::call_once(flag, [&] { runs++; }); };
    std::thread one(body), two(body);
    one.join();
    two.join();
    assert_int_equal(runs, 1);
}

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_once_with_arguments),
        cmocka_unit_test(an_exception_passes_and_is_retried),
        cmocka_unit_test(re_entry_throws),
        cmocka_unit_test(threads_agree),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
