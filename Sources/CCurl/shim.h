#pragma once
#include <curl/curl.h>

/* Swift cannot call variadic functions: these fix the type of the last argument. */

static inline CURLcode punctual_setopt_long(CURL *handle, CURLoption option, long value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode punctual_setopt_size(CURL *handle, CURLoption option, curl_off_t value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode punctual_setopt_string(CURL *handle, CURLoption option, const char *value)
{
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode punctual_setopt_pointer(CURL *handle, CURLoption option, void *value)
{
    return curl_easy_setopt(handle, option, value);
}

/** For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, which have the same type. */
static inline CURLcode punctual_setopt_receiver(
    CURL *handle, CURLoption option, size_t (*receiver)(char *, size_t, size_t, void *))
{
    return curl_easy_setopt(handle, option, receiver);
}

static inline long punctual_getinfo_long(CURL *handle, CURLINFO info)
{
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}
