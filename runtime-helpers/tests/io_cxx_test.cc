// rh/io.hpp: waits that a std::stop_token ends.
#include <chrono>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <thread>

extern "C" {
#include <cmocka.h>
}

#include <rh/io.hpp>
#include <rh/rh.hpp>

#include <unistd.h>

using namespace std::chrono_literals;

static void a_stop_ends_a_read(void **)
{
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    rh_status status = RH_OK;
    {
        std::jthread reader([&](std::stop_token token) {
            char byte;
            size_t got;
            status = rh::read(token, fd[0], &byte, 1, &got);
        });
        std::this_thread::sleep_for(20ms);
    }
    assert_int_equal(status, RH_CANCELLED);
    char byte = 0;
    size_t n = 0;
    assert_int_equal(rh::write({}, fd[1], "x", 1, &n), RH_OK);
    assert_int_equal(rh::read({}, fd[0], &byte, 1, &n), RH_OK);
    assert_int_equal(byte, 'x');
    close(fd[0]);
    close(fd[1]);
}

static void a_stop_ends_a_sleep(void **)
{
    std::stop_source source;
    std::thread stopper([&] {
        std::this_thread::sleep_for(10ms);
        source.request_stop();
    });
    assert_int_equal(rh::sleep_for(source.get_token(), 1h), RH_CANCELLED);
    stopper.join();
    assert_int_equal(rh::sleep_for(source.get_token(), 1h), RH_CANCELLED);
    assert_int_equal(rh::sleep_for({}, 1ms), RH_OK);
}

static void a_stop_ends_a_receive(void **)
{
    std::stop_source source;
    rh_chan *chan = rh_chan_new(1, sizeof(int));
    int value = 3;
    assert_int_equal(rh::chan_send(source.get_token(), chan, &value), RH_OK);
    assert_int_equal(rh::chan_recv(source.get_token(), chan, &value), RH_OK);
    std::thread stopper([&] {
        std::this_thread::sleep_for(10ms);
        source.request_stop();
    });
    assert_int_equal(rh::chan_recv(source.get_token(), chan, &value), RH_CANCELLED);
    stopper.join();
    rh_chan_release(chan);
}

RH_CHAN_DEFINE(numbers, int);

static void channels_and_select_from_cxx(void **)
{
    numbers c = numbers_new(2);
    int value = 0;
    const int sent = 5;
    size_t chosen;
    assert_int_equal(numbers_send(c, 4), RH_OK);
    rh_case send_case[] = {RH_SEND(c.chan, &sent), RH_DONE(nullptr)};
    assert_int_equal(rh_select(send_case, 2, RH_FOREVER, &chosen), RH_OK);
    rh_case recv_case[] = {RH_RECV(c.chan, &value)};
    assert_int_equal(rh_select(recv_case, 1, RH_FOREVER, &chosen), RH_OK);
    assert_int_equal(value, 4);
    numbers_close(c);
    int sum = 0;
    RH_CHAN_EACH(int, number, c.chan)
        sum += number;
    assert_int_equal(sum, 5);
    numbers_release(c);
}

static int nothing_left(void **)
{
    return rh_ctx_live() == 0 ? 0 : -1;
}

int main()
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stop_ends_a_read, nullptr, nothing_left),
        cmocka_unit_test_setup_teardown(a_stop_ends_a_sleep, nullptr, nothing_left),
        cmocka_unit_test(channels_and_select_from_cxx),
        cmocka_unit_test_setup_teardown(a_stop_ends_a_receive, nullptr, nothing_left),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
