// A look-up that a test before it proves to succeed throws nothing; one that is not tested, or for another map, does.
#include <map>
#include <string>
#include <thread>
#include <unordered_map>

int handled;

void counted(std::map<int, int> prices)
{
    std::thread worker([prices] {
        if (prices.count(3))
            handled += prices.at(3);
        if (prices.count(4) > 0)
            handled += prices.at(4);
    });
    worker.join();
}

void found(const std::unordered_map<std::string, int> &stock, const std::string &key)
{
    std::thread worker([&stock, &key] {
        auto entry = stock.find(key);
        if (entry != stock.end())
            handled += stock.at(key);
        if (stock.find("spare") == stock.end())
            return;
        handled += stock.at("spare");
    });
    worker.join();
}

void untested(std::map<int, int> prices, std::map<int, int> others)
{
    std::thread worker([prices, others] { // expect: spawn-without-recover
        if (others.find(3) != others.end())
            handled += prices.at(3);
    });
    worker.join();
}

void absent(std::map<int, int> prices)
{
    std::thread worker([prices] { // expect: spawn-without-recover
        if (prices.find(3) == prices.end())
            handled += prices.at(3);
    });
    worker.join();
}

int main()
{
    counted({});
    found({}, "");
    untested({}, {});
    absent({});
}
