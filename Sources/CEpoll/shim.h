#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>

/* The C library's module for Swift has no epoll. Events are packed there, and hold a union: here they are plain. */

/** A socket that is ready, by the number under which it was added. */
struct punctual_ready {
    uint32_t events;
    uint32_t tag;
};

/** Adds a socket, or changes what is waited for; -1 with errno. */
static inline int punctual_epoll_watch(int epoll, int operation, int socket, uint32_t events, uint32_t tag)
{
    struct epoll_event event = { .events = events, .data = { .u64 = tag } };
    return epoll_ctl(epoll, operation, socket, &event);
}

/** Waits until a socket is ready or the time is over; how many are, or -1 with errno. */
static inline int punctual_epoll_wait(int epoll, struct punctual_ready *ready, int maximum, int64_t nanoseconds)
{
    struct epoll_event events[64];
    struct timespec time = { .tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000 };
    int count = epoll_pwait2(epoll, events, maximum < 64 ? maximum : 64, &time, NULL);
    for (int number = 0; number < count; number++) {
        ready[number].events = events[number].events;
        ready[number].tag = (uint32_t)events[number].data.u64;
    }
    return count;
}
