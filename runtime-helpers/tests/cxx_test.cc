/* What a panic and an exception run in C++, and what rh.hpp offers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <rh/rh.hpp>

#include "quiet.h"

extern "C" {
#include <cmocka.h> /* last: it has macros named as functions of the standard library */
}

extern "C" void __lsan_disable() __attribute__((weak));
extern "C" void __lsan_enable() __attribute__((weak));

namespace
{

std::string order;

struct noisy {
    char letter;
    ~noisy()
    {
        order += letter;
    }
};

int setup(void **)
{
    order.clear();
    log_capture();
    return 0;
}

void destructors_run(void **)
{
    std::mutex mutex;
    rh_panic_record record;
    rh_status status = rh::recover(
        [&] {
            noisy a{'a'};
            std::lock_guard<std::mutex> guard(mutex);
            noisy b{'b'};
            rh_panic(1, "from c++");
        },
        &record);
    assert_int_equal(status, RH_PANIC);
    assert_string_equal(order.c_str(), "ba");
    assert_true(record.unwound);
    assert_true(mutex.try_lock());
    mutex.unlock();
}

void catch_all_that_rethrows_sees_the_panic(void **)
{
    assert_int_equal(rh::recover([] {
                         try {
                             noisy a{'a'};
                             rh_panic(1, "x");
                         } catch (...) {
                             order += 'c';
                             throw;
                         }
                     }),
                     RH_PANIC);
    assert_string_equal(order.c_str(), "ac");
}

void catch_all_that_swallows_is_overruled(void **)
{
    assert_int_equal(rh::recover([] {
                         noisy z{'z'};
                         try {
                             noisy a{'a'};
                             rh_panic(1, "x");
                         } catch (...) {
                             order += 'c';
                         }
                         order += '!';
                     }),
                     RH_PANIC);
    assert_string_equal(order.c_str(), "acz");
}

void panic_inside_a_handler_frees_its_exception(void **)
{
    static int alive = 0;
    struct counted {
        counted()
        {
            alive++;
        }
        counted(const counted &)
        {
            alive++;
        }
        ~counted()
        {
            alive--;
        }
    };
    assert_int_equal(rh::recover([] {
                         try {
                             throw counted();
                         } catch (counted &) {
                             noisy a{'a'};
                             try {
                                 rh_panic(1, "x");
                             } catch (...) {
                                 order += 'c';
                                 throw;
                             }
                         }
                     }),
                     RH_PANIC);
    assert_string_equal(order.c_str(), "ca");
    assert_int_equal(alive, 0);
    assert_true(std::current_exception() == nullptr);
    assert_int_equal(std::uncaught_exceptions(), 0);
}

void try_inside_a_handler_keeps_the_exception(void **)
{
    try {
        throw std::runtime_error("outer");
    } catch (std::exception &outer) {
        assert_int_equal(rh::recover([] { rh_panic(1, "inner"); }), RH_PANIC);
        assert_int_equal(rh::recover([] { throw 1; }), RH_PANIC);
        assert_true(std::current_exception() != nullptr);
        assert_string_equal(outer.what(), "outer");
        try {
            throw;
        } catch (std::runtime_error &again) {
            assert_string_equal(again.what(), "outer");
        }
    }
}

struct panics_in_flight {
    bool protect;
    ~panics_in_flight()
    {
        if (protect) {
            order += std::to_string(std::uncaught_exceptions());
            order += rh::recover([] { rh_panic(1, "in destructor"); }) == RH_PANIC ? 'P' : '-';
            order += std::to_string(std::uncaught_exceptions());
        }
    }
};

void exceptions_in_flight_stay_in_flight(void **)
{
    try {
        panics_in_flight guard{true};
        throw std::runtime_error("flying");
    } catch (std::exception &flown) {
        order += flown.what();
    }
    assert_string_equal(order.c_str(), "1P1flying");
    assert_int_equal(std::uncaught_exceptions(), 0);
}

volatile bool destructor_panics = true; /* or the handler would be unreachable, and optimised away */

struct panics_from_destructor {
    ~panics_from_destructor() noexcept(false)
    {
        if (destructor_panics)
            rh_panic(3, "out of a destructor");
    }
};

/* The exception that was in flight is lost for good, its few bytes with it: nobody can name it any more. */
void panic_out_of_a_destructor_in_flight_restores_the_count(void **)
{
    rh_panic_record record;
    if (__lsan_disable)
        __lsan_disable();
    assert_int_equal(rh::recover(
                         [] {
                             try {
                                 noisy a{'a'};
                                 panics_from_destructor bad;
                                 throw 5;
                             } catch (int) {
                                 order += '!';
                             }
                         },
                         &record),
                     RH_PANIC);
    assert_string_equal(order.c_str(), ""); /* the language ends cleanup here (std::terminate): jumped */
    assert_false(record.unwound);
    assert_int_equal(std::uncaught_exceptions(), 0);
    if (__lsan_enable)
        __lsan_enable();
    assert_string_equal(record.message, "out of a destructor");
}

void never_throws() noexcept
{
    noisy n{'n'};
    rh_panic(1, "through noexcept");
}

void noexcept_frames_are_jumped(void **)
{
    rh_panic_record record;
    assert_int_equal(rh::recover(
                         [] {
                             noisy a{'a'};
                             never_throws();
                         },
                         &record),
                     RH_PANIC);
    assert_false(record.unwound);
#if !defined(__clang__) /* whose noexcept is seen only when it is met */
    assert_non_null(std::strstr(log_text(), "\"rh.unwound\",\"value\":{\"boolValue\":false}"));
#endif
    assert_int_equal(std::uncaught_exceptions(), 0);
    assert_int_equal(rh::recover(
                         [] {
                             noisy b{'b'};
                             rh_panic(2, "next");
                         },
                         &record),
                     RH_PANIC);
    assert_true(record.unwound);
}

void exceptions_are_recorded_with_type_and_message(void **)
{
    rh_panic_record record;
    assert_int_equal(rh::recover(
                         [] {
                             noisy a{'a'};
                             throw std::runtime_error("lost");
                         },
                         &record),
                     RH_PANIC);
    assert_int_equal(record.kind, RH_KIND_EXCEPTION);
    assert_string_equal(record.type, "std::runtime_error");
    assert_string_equal(record.message, "lost");
    assert_string_not_equal(record.thread_name, "");
    assert_true(record.trace_count > 2);
    assert_string_equal(order.c_str(), "a");
    assert_int_equal(rh::recover([] { throw "text"; }, &record), RH_PANIC);
    assert_string_equal(record.message, "text");
    assert_int_equal(rh::recover([] { throw std::string("a string that is not small enough"); }, &record),
                     RH_PANIC);
    assert_string_equal(record.message, "a string that is not small enough");
    assert_int_equal(rh::recover([] { throw 42; }, &record), RH_PANIC);
    assert_string_equal(record.type, "int");
    assert_string_equal(record.message, "42");
    assert_int_equal(log_lines(), 4);
}

struct first {
    virtual ~first() = default;
    long padding = 1;
};
struct both : first, virtual std::exception {
    const char *what() const noexcept override
    {
        return "virtually";
    }
};

void exception_bases_are_found(void **)
{
    rh_panic_record record;
    assert_int_equal(rh::recover([] { throw both(); }, &record), RH_PANIC);
    assert_string_equal(record.message, "virtually");
    std::exception_ptr kept;
    try {
        throw std::logic_error("kept");
    } catch (...) {
        kept = std::current_exception();
    }
    assert_int_equal(rh::recover([&] { std::rethrow_exception(kept); }, &record), RH_PANIC);
    assert_string_equal(record.type, "std::logic_error");
    assert_string_equal(record.message, "kept");
}

void caught_exceptions_are_no_panics(void **)
{
    assert_int_equal(rh::recover([] {
                         try {
                             throw 1;
                         } catch (int) {
                             order += 'k';
                         }
                     }),
                     RH_OK);
    assert_int_equal(log_lines(), 0);
}

void panic_error_is_a_native_exception(void **)
{
    rh_panic_record record;
    try {
        noisy a{'a'};
        rh::panic(12, "native");
    } catch (std::exception &error) {
        assert_string_equal(error.what(), "native");
    }
    assert_int_equal(log_lines(), 1);
    assert_int_equal(rh::recover([] { rh::panic(12, "native"); }, &record), RH_PANIC);
    assert_int_equal(log_lines(), 2);
    assert_int_equal(record.kind, RH_KIND_PANIC);
    assert_int_equal(record.code, 12);
    assert_int_equal(rh::recover([&] { rh::rethrow(record); }, &record), RH_PANIC);
    assert_int_equal(record.code, 12);
    assert_int_equal(log_lines(), 2);
}

void pass_exceptions_lets_them_pass(void **)
{
    const rh_try_options options = {RH_PASS_EXCEPTIONS, nullptr, nullptr};
    auto body = [](void *) { throw 3; };
    try {
        (void)rh_try_with(&options, body, nullptr, nullptr);
        fail();
    } catch (int number) {
        assert_int_equal(number, 3);
    }
    assert_false(rh_recovering());
}

void panics_plainly()
{
    rh_panic(4, "a plain function");
}

struct counter {
    int calls = 0;
    int operator()()
    {
        return ++calls;
    }
};

void recover_takes_any_callable(void **)
{
    counter counts;
    const auto constant = [&counts] { counts(); };
    assert_int_equal(rh::recover(panics_plainly), RH_PANIC);
    assert_int_equal(rh::recover(&panics_plainly), RH_PANIC);
    assert_int_equal(rh::recover(counts), RH_OK);
    assert_int_equal(rh::recover(constant), RH_OK);
    assert_int_equal(counts.calls, 2);
}

void defers_take_callables(void **)
{
    std::string text = "deferred, and long enough to be on the heap";
    assert_int_equal(rh::recover([&] {
                         (void)rh::defer([text] { order = text; });
                         rh_panic(1, "x");
                     }),
                     RH_PANIC);
    assert_string_equal(order.c_str(), text.c_str());
}

void *throws(void *arg)
{
    noisy n{'n'};
    throw std::runtime_error(static_cast<const char *>(arg));
}

void pthread_entries_in_cxx_are_covered(void **)
{
    pthread_t handle;
    void *result = nullptr;
    rh_panic_record record;
    assert_int_equal(rh_pthread_create(&handle, nullptr, throws, const_cast<char *>("thrown")), 0);
    assert_int_equal(pthread_join(handle, &result), 0);
    assert_ptr_equal(result, RH_PANICKED);
    assert_int_equal(rh_thread_record(handle, &record), RH_OK);
    assert_string_equal(record.message, "thrown");
    assert_string_equal(order.c_str(), "n");
}

struct target {
    int value = 0;
    void set(int to)
    {
        value = to;
    }
};

void thread_is_a_drop_in(void **)
{
    std::atomic<int> sum{0};
    target object;
    std::unique_ptr<int> owned(new int(5));
    std::vector<rh::thread> threads;
    threads.emplace_back([&sum] { sum++; });
    threads.emplace_back(&target::set, &object, 9);
    threads.push_back(rh::thread([&sum](std::unique_ptr<int> five) { sum += *five; }, std::move(owned)));
    for (rh::thread &each : threads) {
        assert_true(each.joinable());
        each.join();
        assert_false(each.joinable());
    }
    assert_int_equal(sum, 6);
    assert_int_equal(object.value, 9);
    int by_reference = 0;
    std::thread::id inside;
    rh::thread one([&inside](int &out) { out = 7, inside = std::this_thread::get_id(); },
                   std::ref(by_reference)),
        two;
    std::thread::id outside = one.get_id();
    swap(one, two);
    assert_true(two.get_id() == outside);
    std::thread base = std::move(two);
    base.join();
    assert_true(inside == outside);
    assert_int_equal(by_reference, 7);
    assert_true(rh::thread::hardware_concurrency() == std::thread::hardware_concurrency());
    rh::thread moved;
    moved = rh::thread([] {});
    moved.join();
}

void thread_survives_exceptions_and_panics(void **)
{
    for (int how = 0; how < 3; how++) {
        rh_panic_record record;
        rh::thread thread([how] {
            noisy n{'n'};
            if (how == 0)
                throw std::out_of_range("range");
            if (how == 1)
                rh_panic(2, "range");
            rh::panic(3, "range");
        });
        std::thread::native_handle_type handle = thread.native_handle();
        thread.join();
        assert_int_equal(rh_thread_record(handle, &record), RH_OK);
        assert_string_equal(record.message, "range");
        assert_int_equal(record.code, how == 0 ? 0 : how + 1);
        assert_non_null(record.spawn_sites[0]);
    }
    assert_string_equal(order.c_str(), "nnn");
    assert_int_equal(log_lines(), 3);
}

void joinable_destructor_terminates(void **)
{
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        {
            rh::thread thread([] { pause(); });
        }
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

void jthread_is_a_drop_in(void **)
{
#if defined(__cpp_lib_jthread)
    std::atomic<int> seen{0};
    {
        rh::jthread stopping(
            [&seen](std::stop_token token, int add) {
                while (!token.stop_requested())
                    std::this_thread::yield();
                seen += add;
            },
            5);
        rh::jthread plain([&seen](int add) { seen += add; }, 2);
        rh::jthread dying([] { throw std::runtime_error("dying"); });
        std::vector<rh::jthread> many;
        many.emplace_back([] { rh_panic(1, "many"); });
    }
    assert_int_equal(seen.load(), 7);
    assert_int_equal(log_lines(), 2);
#endif
}

int twice(int n)
{
    return 2 * n;
}

void async_carries_panics_in_the_future(void **)
{
    assert_int_equal(rh::async(std::launch::async, twice, 4).get(), 8);
    assert_int_equal(rh::async(twice, 5).get(), 10);
    int number = 3;
    int &same = rh::async(std::launch::deferred, [&number]() -> int & { return number; }).get();
    assert_ptr_equal(&same, &number);
    rh::async(std::launch::async, [] {}).get();
    auto panicking = rh::async(std::launch::async, [] {
        noisy n{'n'};
        rh_panic(6, "async");
    });
    try {
        panicking.get();
        fail();
    } catch (rh::panic_error &error) {
        assert_int_equal(error.code(), 6);
        assert_string_equal(error.what(), "async");
    }
    auto throwing = rh::async(std::launch::async, []() -> int { throw std::runtime_error("as ever"); });
    try {
        throwing.get();
        fail();
    } catch (std::runtime_error &error) {
        assert_string_equal(error.what(), "as ever");
    }
    assert_string_equal(order.c_str(), "n");
    assert_int_equal(log_lines(), 1);
}

void uncaught_outside_still_terminates(void **)
{
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        (void)rh::recover([] { rh_panic(1, "installs the terminate guard"); });
        std::thread([] { throw 1; }).join();
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

} // namespace

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(destructors_run, setup),
        cmocka_unit_test_setup(catch_all_that_rethrows_sees_the_panic, setup),
        cmocka_unit_test_setup(catch_all_that_swallows_is_overruled, setup),
        cmocka_unit_test_setup(panic_inside_a_handler_frees_its_exception, setup),
        cmocka_unit_test_setup(try_inside_a_handler_keeps_the_exception, setup),
        cmocka_unit_test_setup(exceptions_in_flight_stay_in_flight, setup),
        cmocka_unit_test_setup(panic_out_of_a_destructor_in_flight_restores_the_count, setup),
        cmocka_unit_test_setup(noexcept_frames_are_jumped, setup),
        cmocka_unit_test_setup(exceptions_are_recorded_with_type_and_message, setup),
        cmocka_unit_test_setup(exception_bases_are_found, setup),
        cmocka_unit_test_setup(caught_exceptions_are_no_panics, setup),
        cmocka_unit_test_setup(panic_error_is_a_native_exception, setup),
        cmocka_unit_test_setup(pass_exceptions_lets_them_pass, setup),
        cmocka_unit_test_setup(recover_takes_any_callable, setup),
        cmocka_unit_test_setup(defers_take_callables, setup),
        cmocka_unit_test_setup(pthread_entries_in_cxx_are_covered, setup),
        cmocka_unit_test_setup(thread_is_a_drop_in, setup),
        cmocka_unit_test_setup(thread_survives_exceptions_and_panics, setup),
        cmocka_unit_test_setup(joinable_destructor_terminates, setup),
        cmocka_unit_test_setup(jthread_is_a_drop_in, setup),
        cmocka_unit_test_setup(async_carries_panics_in_the_future, setup),
        cmocka_unit_test_setup(uncaught_outside_still_terminates, setup),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
