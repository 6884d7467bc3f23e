#include "exporter.h"

#include "log.h"
#include "record.hpp"

#include <cstdlib>
#include <exception>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

std::string target()
{
    const char *path = std::getenv("JOBD_STATISTICS");

    return path != nullptr ? path : "";
}

void write_file(const std::string &path, const std::string &text)
{
    std::ofstream file(path);

    file << text;
    if (!file.flush())
        throw std::runtime_error("cannot write " + path);
}

std::string render(size_t jobs, size_t journal_bytes)
{
    return "jobs_waiting " + std::to_string(jobs) + "\njournal_bytes " + std::to_string(journal_bytes) + "\n";
}

std::size_t count_records(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    std::size_t count = 0;

    for (; std::getline(file, line); count++)
        jobd::Record::parse(line);
    return count;
}

} // namespace

void exporter_write(size_t jobs, size_t journal_bytes)
{
    try {
        std::string path = target();
        if (!path.empty())
            write_file(path, render(jobs, journal_bytes));
    } catch (const std::exception &error) {
        log_error("statistics: %s", error.what());
    } catch (...) {
        log_error("statistics: unknown error");
    }
}

// The task keeps every exception inside, but it keeps a reference to a string that is
// gone as soon as this function returns.
void exporter_snapshot(const char *path)
{
    std::string name = path;

    std::thread([&name] { // expect: spawn-captures-stack
        try {
            write_file(name, render(0, 0));
        } catch (...) {
            log_error("snapshot failed");
        }
    }).detach();
}

// std::async keeps an exception in the future, and get() rethrows it here, in the
// task whose handler this is.
int exporter_verify(const char *journal)
{
    try {
        std::future<std::size_t> records = std::async(std::launch::async, count_records, std::string(journal));
        log_info("%zu records", records.get());
        return 1;
    } catch (const jobd::BadRecord &error) {
        log_error("%s", error.what());
        return 0;
    } catch (const std::exception &error) {
        log_error("verify: %s", error.what());
        return 0;
    }
}
