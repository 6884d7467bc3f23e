#include <pthread.h>
#include <stdlib.h>

struct node {
    pthread_once_t once;
    struct node *child;
    int sum;
};

static _Thread_local struct node *current;

static int node_sum(struct node *node);

static void compute(void)
{
    struct node *node = current;
    node->sum = 1;
    if (node->child)
        node->sum += node_sum(node->child);
}

static int node_sum(struct node *node)
{
    struct node *outer = current;
    current = node;
    pthread_once(&node->once, compute);
    current = outer;
    return node->sum;
}

int main(void)
{
    struct node leaf = {.once = PTHREAD_ONCE_INIT}, root = {.once = PTHREAD_ONCE_INIT, .child = &leaf};
    return node_sum(&root);
}
