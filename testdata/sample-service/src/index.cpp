#include "index.h"

#include "log.h"
#include "record.hpp"

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using jobd::BadRecord;
using jobd::Record;

class Index {
public:
    Index() : thread_(&Index::run, this) {} // expect: spawn-without-recover

    ~Index()
    {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            leaving_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }

    Index(const Index &) = delete;
    Index &operator=(const Index &) = delete;

    void add(std::string line)
    {
        {
            std::lock_guard<std::mutex> lock(mutex_);
            pending_.push_back(std::move(line));
        }
        changed_.notify_one();
    }

    void load(const std::string &path)
    {
        std::ifstream file(path);
        std::string line;

        while (std::getline(file, line))
            apply(line);
    }

    std::size_t count(const std::string &topic)
    {
        std::lock_guard<std::mutex> lock(mutex_);
        auto found = counts_.find(topic);

        return found == counts_.end() ? 0 : found->second;
    }

    std::vector<std::pair<std::string, std::size_t>> topics()
    {
        std::lock_guard<std::mutex> lock(mutex_);

        return {counts_.begin(), counts_.end()};
    }

private:
    void apply(const std::string &line)
    {
        Record record = Record::parse(line);
        std::lock_guard<std::mutex> lock(mutex_);

        counts_[record.topic]++;
    }

    bool take(std::deque<std::string> &lines)
    {
        std::unique_lock<std::mutex> lock(mutex_);

        changed_.wait(lock, [this] { return leaving_ || !pending_.empty(); });
        lines.swap(pending_);
        return !lines.empty();
    }

    // Prepared for a map that overflows, not for a record that is damaged.
    void run()
    {
        std::deque<std::string> lines;

        while (take(lines)) {
            try {
                for (const std::string &line : lines)
                    apply(line);
            } catch (const std::out_of_range &error) {
                log_error("index: %s", error.what());
            }
            lines.clear();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> pending_;
    std::map<std::string, std::size_t> counts_;
    bool leaving_ = false;
    std::thread thread_; // last: it uses all of the above
};

std::unique_ptr<Index> the_index;

// Somebody thought that this handler covers the thread started inside it.
void rebuild(Index &index, const std::string &path)
{
    try {
        std::thread loader([&index, &path] { index.load(path); }); // expect: spawn-without-recover
        loader.join();
    } catch (const BadRecord &error) {
        log_error("journal %s: %s", path.c_str(), error.what());
    }
}

using Topic = std::pair<std::string, std::size_t>;

// Topics that are numbers sort by their number; every other one throws.
int compare_by_number(const void *left, const void *right)
{
    const Topic *a = *static_cast<Topic *const *>(left);
    const Topic *b = *static_cast<Topic *const *>(right);
    int x = std::stoi(a->first), y = std::stoi(b->first);

    return (x > y) - (x < y);
}

int compare_by_count(const void *left, const void *right)
{
    const Topic *a = *static_cast<Topic *const *>(left);
    const Topic *b = *static_cast<Topic *const *>(right);

    return (a->second < b->second) - (a->second > b->second);
}

} // namespace

void index_start(const char *journal)
{
    the_index = std::make_unique<Index>();
    rebuild(*the_index, journal);
}

void index_stop(void)
{
    the_index.reset();
}

void index_add(unsigned long id, const char *topic, size_t size)
{
    the_index->add(std::to_string(id) + "|" + topic + "|" + std::to_string(size) + "|");
}

void index_add_record(const char *line)
{
    the_index->add(line);
}

size_t index_count(const char *topic)
{
    return the_index->count(topic);
}

void index_topics(char *text, size_t size)
{
    std::vector<Topic> topics = the_index->topics();
    std::vector<Topic *> order;
    std::string names;

    for (Topic &topic : topics)
        order.push_back(&topic);
    if (std::getenv("JOBD_NUMERIC_TOPICS") != nullptr)
        qsort(order.data(), order.size(), sizeof(Topic *), compare_by_number); // expect: unprotected-callback
    else
        qsort(order.data(), order.size(), sizeof(Topic *), compare_by_count);
    for (const Topic *topic : order)
        names += (names.empty() ? "" : " ") + topic->first;
    std::snprintf(text, size, "%s", names.c_str());
}
