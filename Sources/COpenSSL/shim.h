#pragma once
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// The low-level SHA-256 functions, deprecated since 3.0 in favour of EVP but five times as fast on short inputs (the
// Cryptography page has the figures). The deprecation is silenced here and nowhere else.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"

static inline void sha256_start(SHA256_CTX *context) { SHA256_Init(context); }

static inline void sha256_update(SHA256_CTX *context, const void *bytes, size_t count) {
    SHA256_Update(context, bytes, count);
}

static inline void sha256_finish(SHA256_CTX *context, void *digest) { SHA256_Final((unsigned char *)digest, context); }

// The digest of `bytes`.
static inline void sha256_hash(void *digest, const void *bytes, size_t count) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes, count);
    SHA256_Final((unsigned char *)digest, &context);
}

// The digest of `prefix` and `bytes`.
static inline void sha256_hash_prefixed(void *digest, unsigned char prefix, const void *bytes, size_t count) {
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, &prefix, 1);
    SHA256_Update(&context, bytes, count);
    SHA256_Final((unsigned char *)digest, &context);
}

// The digest of `prefix` and two digests, which it is faster to bring together first.
static inline void sha256_hash_pair(void *digest, unsigned char prefix, const void *left, const void *right) {
    unsigned char bytes[1 + 2 * SHA256_DIGEST_LENGTH];
    bytes[0] = prefix;
    __builtin_memcpy(bytes + 1, left, SHA256_DIGEST_LENGTH);
    __builtin_memcpy(bytes + 1 + SHA256_DIGEST_LENGTH, right, SHA256_DIGEST_LENGTH);
    sha256_hash(digest, bytes, sizeof bytes);
}

#pragma clang diagnostic pop
