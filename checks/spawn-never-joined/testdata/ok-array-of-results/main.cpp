extern "C" {
typedef void(zmq_thread_fn)(void *);
void *zmq_threadstart(zmq_thread_fn *func, void *arg);
void zmq_threadclose(void *thread);
}

static void work(void *arg)
{
    ++*static_cast<int *>(arg);
}

static int sums[8];

static void run(unsigned count)
{
    void *threads[8];
    for (unsigned i = 0; i < count; ++i)
        threads[i] = zmq_threadstart(&work, &sums[i]);
    for (unsigned i = 0; i < count; ++i)
        zmq_threadclose(threads[i]);
}

static void run_pairs(unsigned count)
{
    void *threads[8];
    for (unsigned i = 0; i < count / 2; ++i) {
        threads[i * 2] = zmq_threadstart(&work, &sums[i * 2]);
        threads[i * 2 + 1] = zmq_threadstart(&work, &sums[i * 2 + 1]);
    }
    for (unsigned i = 0; i < count; ++i)
        zmq_threadclose(threads[i]);
}

int main()
{
    run(8);
    run_pairs(8);
    return sums[0];
}
