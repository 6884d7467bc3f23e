struct Registry {
    Registry();
    int count = 0;
    void add(int n) { count += n; }
};

Registry &registry()
{
    static Registry the_registry;
    return the_registry;
}

void register_builtin()
{
    registry().add(1); // expect: reentrant-once
}

Registry::Registry()
{
    register_builtin();
}

int main()
{
    return registry().count;
}
