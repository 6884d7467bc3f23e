void use(int);
template <class F> void apply(F f) { f(1); }
struct Owner {
    int member;
    void go(int by_value, int by_reference)
    {
        auto explicit_ = [by_value, &by_reference](int x) { use(by_value + x); by_reference = x; };
        explicit_(2);
        apply([&, this](int x) { member = by_reference + x; });
        apply([=](auto x) mutable { use(by_value + x + member); });
        apply([moved = by_value + 1](int) { use(moved); });
        void (*plain)(int) = [](int x) { use(x); };
        plain(3);
    }
};
