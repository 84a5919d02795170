#pragma once
#include <zlib.h>

// These are macros in zlib.h, which Swift does not see. 15 is the largest window, with the zlib format (RFC 1950) around
// the deflated data; 16 more means gzip (RFC 1952), and nothing else.

static inline int gzip_deflate_start(z_stream *stream, int level, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int gzip_inflate_start(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

static inline int zlib_deflate_start(z_stream *stream, int level, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15, memory_level, Z_DEFAULT_STRATEGY);
}

static inline int zlib_inflate_start(z_stream *stream) { return inflateInit2(stream, 15); }
