struct Range {
    int *begin();
    int *end();
};
Range make();
void use(int);
struct Pair {
    int a;
    long b;
};
Pair pair();
void f()
{
    for (int x : make())
        use(x);
    int array[3] = {1, 2, 3};
    for (int &x : array)
        x++;
    auto [a, b] = pair();
    use(a + b);
    static int once = a;
    if (int n = once; n > 2)
        use(n);
    switch (int k = a; k) {
    case 1:
        use(k);
    }
    while (int left = a)
        use(left);
}
