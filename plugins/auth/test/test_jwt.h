/* SPDX-License-Identifier: MIT */
/* Another issuer: its keys, made when they are needed, and its tokens. */
#ifndef TEST_JWT_H
#define TEST_JWT_H

#include <stdarg.h>
#include <stdbool.h>

#include "test/test_auth.h"

#include <openssl/ec.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <sodium.h>

#define SECRET "a secret that is long enough for HS256"
#define ISSUER "https://idp.example"

enum { TEXT_SIZE = 12288 };

static inline EVP_PKEY *new_rsa(unsigned bits)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
}

static inline EVP_PKEY *new_ec(const char *curve)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

static inline EVP_PKEY *new_ed25519(void)
{
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

/* The texts below live long enough for a test: the next ones take other places,
 * of which there are many. */
static inline char *text_place(void)
{
    static char places[256][TEXT_SIZE];
    static int next;

    next = (next + 1) % 256;
    places[next][0] = '\0';
    return places[next];
}

/* Writes behind what is there. */
__attribute__((format(printf, 2, 3))) static inline void
append(char *place, const char *format, ...)
{
    size_t used = strlen(place);
    va_list args;

    va_start(args, format);
    vsnprintf(place + used, TEXT_SIZE - used, format, args);
    va_end(args);
}

static inline const char *base64url(const void *bytes, size_t n)
{
    return sodium_bin2base64(text_place(), TEXT_SIZE, bytes, n,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static inline const char *pem_of(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *place = text_place();

    ck_assert_int_eq(PEM_write_bio_PUBKEY(bio, key), 1);
    int n = BIO_read(bio, place, TEXT_SIZE - 1);
    place[n] = '\0';
    BIO_free(bio);
    return place;
}

static inline const char *number_of(EVP_PKEY *key, const char *name, int size)
{
    unsigned char bytes[512];
    BIGNUM *number = NULL;

    ck_assert_int_eq(EVP_PKEY_get_bn_param(key, name, &number), 1);
    if (size == 0)
        size = BN_num_bytes(number);
    BN_bn2binpad(number, bytes, size);
    BN_free(number);
    return base64url(bytes, (size_t)size);
}

/* Members of a JWK, without the braces. */
static inline const char *jwk_of(EVP_PKEY *key)
{
    char *place = text_place();
    unsigned char point[32];
    size_t n = sizeof(point);

    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
        snprintf(place, TEXT_SIZE, "\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"%s\"",
                 number_of(key, OSSL_PKEY_PARAM_RSA_N, 0),
                 number_of(key, OSSL_PKEY_PARAM_RSA_E, 0));
    } else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        snprintf(place, TEXT_SIZE,
                 "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"",
                 number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, 32),
                 number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32));
    } else {
        ck_assert_int_eq(EVP_PKEY_get_raw_public_key(key, point, &n), 1);
        snprintf(place, TEXT_SIZE,
                 "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"%s\"",
                 base64url(point, n));
    }
    return place;
}

/* --- tokens */

static inline size_t sign_pkey(EVP_PKEY *key, const char *text,
                               unsigned char *ret, size_t size)
{
    bool ed = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const unsigned char *der = ret;

    ck_assert_int_eq(
        EVP_DigestSignInit(context, NULL, ed ? NULL : EVP_sha256(), NULL, key),
        1);
    ck_assert_int_eq(EVP_DigestSign(context, ret, &size,
                                    (const unsigned char *)text, strlen(text)),
                     1);
    EVP_MD_CTX_free(context);
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC)
        return size;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + 32, 32);
    ECDSA_SIG_free(pair);
    return 64;
}

/* Signed with the key, or when it is NULL with the secret by HS256. The two
 * parts are any bytes. */
static inline const char *sign_bytes(EVP_PKEY *key, const char *secret,
                                     const char *header, size_t header_n,
                                     const char *claims, size_t claims_n)
{
    unsigned char signature[1024];
    char *place = text_place();
    size_t n = 32;

    snprintf(place, TEXT_SIZE, "%s.%s", base64url(header, header_n),
             base64url(claims, claims_n));
    if (key)
        n = sign_pkey(key, place, signature, sizeof(signature));
    else
        HMAC(EVP_sha256(), secret, (int)strlen(secret),
             (const unsigned char *)place, strlen(place), signature, NULL);
    append(place, ".%s", base64url(signature, n));
    return place;
}

/* header: JSON, or the name of an algorithm. */
static inline const char *sign_token(EVP_PKEY *key, const char *header,
                                     const char *claims)
{
    char made[64];

    if (header[0] != '{') {
        snprintf(made, sizeof(made), "{\"alg\":\"%s\"}", header);
        header = made;
    }
    return sign_bytes(key, SECRET, header, strlen(header), claims,
                      strlen(claims));
}

/* Those of a token that is good for 10 minutes, and more behind a comma. */
static inline const char *claims_of(const char *sub, const char *more)
{
    char *place = text_place();

    snprintf(place, TEXT_SIZE,
             "{\"iss\":\"" ISSUER "\",\"aud\":\"chat\",\"sub\":\"%s\","
             "\"exp\":%lld%s}",
             sub, (long long)testkit_now(kit) / 1000 + 600, more);
    return place;
}

/* --- the plugin, which knows the issuer */

static inline void start_issuer(const char *algorithm, const char *key,
                                const char *more)
{
    char config[1024];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s, "
             "namespaces:{'/custom':'user'}, issuers:[{name:'idp', "
             "issuer:'" ISSUER "', audience:'chat', algorithm:s, key:s, "
             "clockSkewSeconds:30%s}]}}, {name:'echo', path:s}]}",
             SETTINGS, more);
    kit = testkit_start(config, PLUGIN, database, algorithm, key, ECHO);
}

static inline const char *auth_of(const char *token)
{
    char *place = text_place();

    snprintf(place, TEXT_SIZE, "{\"token\":\"%s\"}", token);
    return place;
}

static inline const char *bearer_of(const char *token)
{
    char *place = text_place();

    snprintf(place, TEXT_SIZE, "Authorization: Bearer %s", token);
    return place;
}

static inline void expect_taken(const char *token)
{
    testkit_skip(testkit_connect(kit, "/custom", .auth = auth_of(token)));
}

static inline void expect_not_taken(const char *token)
{
    testkit_expect_refused(testkit_try(kit, "/custom", .auth = auth_of(token)),
                           "This token is not good any more.",
                           "{code:'invalid_token'}");
}

#endif
