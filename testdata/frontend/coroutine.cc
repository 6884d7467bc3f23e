namespace std {
template <class R, class... A> struct coroutine_traits { using promise_type = typename R::promise_type; };
template <class P = void> struct coroutine_handle {
    static coroutine_handle from_address(void *) noexcept;
    operator coroutine_handle<>() const noexcept;
};
}
struct Always {
    bool await_ready() noexcept;
    void await_suspend(std::coroutine_handle<>) noexcept;
    void await_resume() noexcept;
};
struct Number {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};
struct Task {
    struct promise_type {
        Task get_return_object();
        Always initial_suspend() noexcept;
        Always final_suspend() noexcept;
        void return_value(int);
        void unhandled_exception() { throw; }
        Always yield_value(int);
    };
};
Number wait_for(int);
Task run(int n)
{
    int x = co_await wait_for(n);
    co_yield x;
    if (x)
        co_return 1;
    co_return 2;
}
