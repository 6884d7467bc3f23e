/* The part of curl/curl.h that the tests need. */
#ifndef CURL_MIN_H
#define CURL_MIN_H
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef void CURL;
typedef int CURLcode;
typedef enum { CURLOPT_TIMEOUT = 13, CURLOPT_WRITEDATA = 10001, CURLOPT_URL = 10002, CURLOPT_WRITEFUNCTION = 20011 } CURLoption;
CURL *curl_easy_init(void);
CURLcode curl_easy_setopt(CURL *handle, CURLoption option, ...);
CURLcode curl_easy_perform(CURL *handle);
void curl_easy_cleanup(CURL *handle);
#ifdef __cplusplus
}
#endif
#endif
