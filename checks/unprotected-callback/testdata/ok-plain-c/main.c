#include <signal.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void on_signal(int number)
{
    (void)number;
}

int main(void)
{
    int numbers[] = {3, 1, 2};
    signal(SIGINT, on_signal);
    qsort(numbers, 3, sizeof numbers[0], compare);
    return numbers[0];
}
