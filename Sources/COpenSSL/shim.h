#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

// How names are printed; Swift does not see this macro.
static const unsigned long name_as_rfc2253 = XN_FLAG_RFC2253;

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

// The two hashes of RFC 2104 after the block of the key, which has at most 64 bytes.
static inline void hmac_sha256_start(SHA256_CTX *inner, SHA256_CTX *outer, const void *key, size_t count) {
    unsigned char block[SHA256_CBLOCK] = {0};
    __builtin_memcpy(block, key, count);
    for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36;
    SHA256_Init(inner);
    SHA256_Update(inner, block, sizeof block);
    for (size_t index = 0; index < sizeof block; index++) block[index] ^= 0x36 ^ 0x5C;
    SHA256_Init(outer);
    SHA256_Update(outer, block, sizeof block);
    OPENSSL_cleanse(block, sizeof block);
}

#pragma clang diagnostic pop

// A key object that has a curve and neither half of a key yet. Null when OpenSSL does not know the name.
static inline EVP_PKEY *ec_parameters(const char *curve) {
    EVP_PKEY *parameters = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM members[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)curve, 0), OSSL_PARAM_construct_end()
    };
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &parameters, EVP_PKEY_KEY_PARAMETERS, members) != 1) {
        parameters = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return parameters;
}

// The public key at a point of the curve of `parameters`. Null when it is not on the curve.
static inline EVP_PKEY *ec_public_key(const EVP_PKEY *parameters, const unsigned char *point, size_t count) {
    EVP_PKEY *key = EVP_PKEY_new();
    if (key != NULL && EVP_PKEY_copy_parameters(key, parameters) == 1 &&
        EVP_PKEY_set1_encoded_public_key(key, point, count) == 1) {
        return key;
    }
    EVP_PKEY_free(key);
    return NULL;
}
