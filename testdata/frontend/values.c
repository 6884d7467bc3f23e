typedef __builtin_va_list va_list;
struct point {
    int x, y;
};
struct shape {
    struct point at;
    union {
        int width;
        float ratio;
    };
    int corners[3];
};
int take(struct point *p);
struct point make(void);

int initialisers(int n, ...)
{
    struct shape shape = {.at.y = n, .width = 2, .corners = {[1] = 7}};
    struct shape elided = {1, 2, 3, n};
    int *literal = &(int){n};
    take(&(struct point){.x = n});
    struct point copy = make();
    shape.at = copy;
    int *p = shape.corners, q = p[1] + *p++ + shape.corners[n];
    n += ({
        int inner = q;
        inner * 2;
    });
    va_list args;
    __builtin_va_start(args, n);
    n = __builtin_va_arg(args, int);
    __builtin_va_end(args);
    static int once = 3, *where = &once;
    return n, -n + ~*literal + !q + *where + (int)(long)p;
}
