#include <mutex>
#include <vector>

struct Cache {
    std::once_flag once;
    std::vector<int> rows;

    void fill() { rows.assign(8, 1); }
    int size()
    {
        std::call_once(once, &Cache::fill, this);
        return static_cast<int>(rows.size());
    }
};

int compute(int n)
{
    static const int factor = n * 2;
    return factor * n;
}

int chain()
{
    static int first = compute(3);
    static int second = compute(first);
    return first + second;
}

int main()
{
    Cache cache;
    return cache.size() + chain();
}
