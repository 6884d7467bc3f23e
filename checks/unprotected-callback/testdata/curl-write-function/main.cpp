#include "curl_min.h"

#include <string>

namespace {
size_t append(char *data, size_t size, size_t count, void *arg)
{
    auto *page = static_cast<std::string *>(arg);
    if (page->size() + size * count > (1u << 20))
        throw std::string("the page is too large");
    page->append(data, size * count);
    return size * count;
}

// Fewer bytes than it was handed end the transfer: an error that curl knows.
size_t append_well(char *data, size_t size, size_t count, void *arg)
{
    auto *page = static_cast<std::string *>(arg);
    try {
        return append(data, size, count, page);
    } catch (const std::string &) {
        return 0;
    }
}
} // namespace

int main(int argc, char **argv)
{
    std::string page;
    CURL *transfer = curl_easy_init();
    if (argc < 2 || !transfer)
        return 1;
    curl_easy_setopt(transfer, CURLOPT_URL, argv[1]);
    curl_easy_setopt(transfer, CURLOPT_WRITEDATA, &page);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, append); // expect: unprotected-callback
    CURLcode first = curl_easy_perform(transfer);
    curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, append_well);
    CURLcode second = curl_easy_perform(transfer);
    curl_easy_cleanup(transfer);
    return first + second;
}
