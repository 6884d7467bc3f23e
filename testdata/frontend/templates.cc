struct Item {
    void go();
    ~Item();
};
template <class T> struct Box {
    T item;
    virtual void poke() { item.go(); }
    void never() { item.stop(); }
    ~Box() { item.go(); }
};
template <class... Ts> void all(Ts... items) { (items.go(), ...); }
template <class T> void unused(T t) { t.go(); }
template <int N> int sized()
{
    if constexpr (N > 2)
        return N;
    else
        return -N;
}
void f(Item a)
{
    Box<Item> box;
    all(a, a);
    sized<3>();
}
