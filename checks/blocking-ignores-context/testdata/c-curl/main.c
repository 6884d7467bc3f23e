#include "curl_min.h"

#include <stdatomic.h>
#include <stdbool.h>

static atomic_bool stopping;

static int fetch_all(const char *const *urls, int count)
{
    CURL *transfer = curl_easy_init();
    int failed = 0;
    for (int i = 0; transfer && i < count && !stopping; i++) {
        curl_easy_setopt(transfer, CURLOPT_URL, urls[i]);
        failed += curl_easy_perform(transfer) != 0; // expect: blocking-ignores-context
    }
    curl_easy_cleanup(transfer);
    return failed;
}

/* No transfer takes longer than four seconds. */
static int fetch_well(const char *const *urls, int count)
{
    CURL *bounded = curl_easy_init();
    int failed = 0;
    curl_easy_setopt(bounded, CURLOPT_TIMEOUT, 4L);
    for (int i = 0; bounded && i < count && !stopping; i++) {
        curl_easy_setopt(bounded, CURLOPT_URL, urls[i]);
        failed += curl_easy_perform(bounded) != 0;
    }
    curl_easy_cleanup(bounded);
    return failed;
}

void stop(void)
{
    stopping = true;
}

int main(int argc, char **argv)
{
    return fetch_all((const char *const *)argv + 1, argc - 1) + fetch_well((const char *const *)argv + 1, argc - 1);
}
