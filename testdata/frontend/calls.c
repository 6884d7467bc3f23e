struct ops {
    int (*open)(int);
    void (*close)(int);
    int flags;
};
static int my_open(int x)
{
    return x;
}
void my_close(int x);
static const struct ops table[] = {{.open = my_open, .close = &my_close}, {my_open, my_close, 5}, [3].open = my_open};
struct both {
    struct ops first, second;
    int numbers[2];
} both = {my_open, my_close, 1, {my_open}, 2, 3};
int numbers[] = {1, 2, 3};
int (*handler)(int) = my_open;
_Noreturn void die(void);

int through(struct ops *ops, int (*direct)(int), int n)
{
    (*ops->open)(1);
    table[n].close(2);
    int r = direct(3) + (*direct)(4);
    ops->close = my_close;
    handler = &my_open;
    (void)handler(5);
    if (r)
        die();
    return sizeof(my_open(6)) + _Generic(n, int: my_open(7), default: 0);
}
