void use(int);
int next(void);

int branches(int a, int b)
{
    if (a && !b)
        use(1);
    else if (a || next())
        use(2);
    else
        return -1;
    return a ? b : next() ?: 7;
}

void loops(int n)
{
    for (int i = 0; i < n; i++) {
        if (i == 3)
            continue;
        use(i);
    }
    for (;;)
        if (next())
            break;
    for (; n;)
        n--;
    while (next())
        use(n);
    do
        n++;
    while (n < 10);
}

int labels(int n)
{
again:
    if (n == 1)
        goto out;
    if (next())
        goto again;
    static void *const table[] = {&&out, &&again};
    goto *table[n];
out:
    return n;
}

void duff(int n)
{
    switch (n) {
    case 0:
    case 1:
        use(1);
        /* falls through */
    case 2 ... 5:
        use(2);
        break;
        do {
    default:
            use(3);
        } while (next());
    }
    switch (n)
        use(4);
}
