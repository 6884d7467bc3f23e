#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *worker(void *arg)
{
    FILE *file = fopen(arg, "r");
    if (!file)
        return (void *)1;
    char line[100];
    while (fgets(line, sizeof line, file))
        printf("%zu\n", strlen(line));
    fclose(file);
    return 0;
}

int main(void)
{
    pthread_t thread;
    if (pthread_create(&thread, 0, worker, "x"))
        exit(1);
    pthread_join(thread, 0);
    exit(0);
}
