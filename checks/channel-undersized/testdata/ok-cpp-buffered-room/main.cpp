#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "channels.hpp"

static int words_in(const std::string &text)
{
    int words = 0;
    for (char c : text)
        words += c == ' ';
    return words;
}

int count_words(const std::vector<std::string> &texts)
{
    boost::fibers::buffered_channel<int> counts(texts.size());
    std::vector<std::thread> threads;
    for (const std::string &text : texts)
        threads.emplace_back([&counts, &text] { counts.push(words_in(text)); });
    for (std::thread &thread : threads)
        thread.join();
    int total = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        int count = 0;
        counts.pop(count);
        total += count;
    }
    return total;
}

int main()
{
    std::printf("%d\n", count_words({"a b", "c d e", "f"}));
}
