struct Base {
    Base(int);
    virtual void run();
    virtual ~Base() {}
};
struct Part {
    Part();
    Part(const Part &);
    ~Part();
};
void use(int);
struct Derived final : Base {
    Derived() : Base(3), value(7) {}
    Derived(int) : Derived() { run(); }
    void run() override;
    int value;
    int other = 5;
    Part part;
};
struct Inherits : Base {
    using Base::Base;
};
struct Holder {
    Part a, b[2];
};
Derived *heap(Base *base)
{
    Inherits inherits(4);
    Holder holder, copy = holder;
    delete base;
    base->run();
    base->Base::run();
    return new Derived(1);
}
struct Throwing {
    ~Throwing() noexcept(false) { throw 1; }
};
struct Guarded {
    Guarded() try : part(), more(part) { use(1); } catch (...) { use(2); }
    Part part, more;
};
