struct Part {
    Part(int = next());
    Part(const Part &);
    ~Part();
    int value() const;
    static int next();
};
Part make();
void by_value(Part);
void by_reference(const Part &);
Part returns(bool b)
{
    by_value(make());
    by_reference(Part(1));
    const Part &extended = make();
    int n = make().value();
    if (make().value() && n)
        make();
    Part local;
    Part copy = b ? local : make();
    return local;
}
