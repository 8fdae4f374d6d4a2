/* SPDX-License-Identifier: MIT */
#include "issuers/key.h"

#include <string.h>

#include <mortise/memory.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sodium.h>

/* More bits than these cost more of the loop's time than they give. */
enum { RSA_MIN = 2048, RSA_MAX = 8 * KEY_NUMBER_MAX, EXPONENT_MAX = 32 };
enum { SECRET_LEAST = 32, ES256_PART = 32 };

const char *const algorithm_names[] = {"HS256", "RS256", "ES256", "EdDSA",
                                       NULL};

enum algorithm algorithm_find(const char *name)
{
    int i = 0;

    while (i < ALGORITHM_NONE && strcmp(algorithm_names[i], name) != 0)
        i++;
    return (enum algorithm)i;
}

const char *key_from_bytes(enum algorithm algorithm, const unsigned char *bytes,
                           size_t n, struct key *ret)
{
    unsigned char *copy;

    if (algorithm == ALGORITHM_HS256 && n < SECRET_LEAST)
        return "has fewer than 32 bytes";
    if (algorithm == ALGORITHM_EDDSA && n != crypto_sign_PUBLICKEYBYTES)
        return "has not 32 bytes";
    copy = mortise_alloc(n);
    if (!copy)
        return "does not fit into memory";
    memcpy(copy, bytes, n);
    ret->algorithm = algorithm;
    ret->bytes = copy;
    ret->n = n;
    return NULL;
}

/* --- public keys */

static const char *check_rsa(EVP_PKEY *pkey)
{
    BIGNUM *e = NULL;
    const char *wrong = NULL;

    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_RSA)
        return "is not one of RSA";
    if (EVP_PKEY_get_bits(pkey) < RSA_MIN)
        return "has fewer than 2048 bits";
    if (EVP_PKEY_get_bits(pkey) > RSA_MAX)
        return "has more than 4096 bits";
    if (!EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_E, &e))
        return "has no exponent";
    if (!BN_is_odd(e) || BN_is_one(e) || BN_num_bits(e) > EXPONENT_MAX)
        wrong = "has an exponent that is none";
    BN_free(e);
    return wrong;
}

static const char *check_p256(EVP_PKEY *pkey)
{
    char curve[32] = "";
    EVP_PKEY_CTX *context;
    bool valid;

    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC ||
        !EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), NULL) ||
        strcmp(curve, "prime256v1") != 0)
        return "is not one of the curve P-256";
    context = EVP_PKEY_CTX_new(pkey, NULL);
    valid = context && EVP_PKEY_public_check(context) == 1;
    EVP_PKEY_CTX_free(context);
    return valid ? NULL : "is no point of its curve";
}

static const char *take_ed25519(EVP_PKEY *pkey, struct key *ret)
{
    unsigned char point[crypto_sign_PUBLICKEYBYTES];
    size_t n = sizeof(point);

    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_ED25519 ||
        !EVP_PKEY_get_raw_public_key(pkey, point, &n))
        return "is not one of the curve Ed25519";
    return key_from_bytes(ALGORITHM_EDDSA, point, n, ret);
}

const char *key_from_pkey(enum algorithm algorithm, EVP_PKEY *pkey,
                          struct key *ret)
{
    const char *wrong = NULL;

    if (!pkey)
        wrong = "cannot be read";
    else if (algorithm == ALGORITHM_RS256)
        wrong = check_rsa(pkey);
    else if (algorithm == ALGORITHM_ES256)
        wrong = check_p256(pkey);
    else
        wrong = take_ed25519(pkey, ret);
    ERR_clear_error(); /* what was found out goes to the caller */
    if (wrong || algorithm == ALGORITHM_EDDSA) {
        EVP_PKEY_free(pkey);
        return wrong;
    }
    ret->algorithm = algorithm;
    ret->pkey = pkey;
    return NULL;
}

/* A server has nobody to ask for a passphrase. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
    return -1;
}

static bool contains(const char *text, size_t n, const char *part)
{
    return memmem(text, n, part, strlen(part)) != NULL;
}

const char *key_from_text(enum algorithm algorithm, const char *text, size_t n,
                          struct key *ret)
{
    EVP_PKEY *pkey;
    BIO *bio;

    if (algorithm == ALGORITHM_HS256 && contains(text, n, "-----BEGIN "))
        return "is a key as PEM, and no secret";
    if (algorithm == ALGORITHM_HS256)
        return key_from_bytes(algorithm, (const unsigned char *)text, n, ret);
    if (contains(text, n, "PRIVATE KEY-----"))
        return "is a private one: `openssl pkey -pubout` gives the public one";
    if (!contains(text, n, "-----BEGIN PUBLIC KEY-----"))
        return "is no PUBLIC KEY as PEM";
    bio = BIO_new_mem_buf(text, (int)n);
    if (!bio)
        return "does not fit into memory";
    pkey = PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL);
    BIO_free(bio);
    return key_from_pkey(algorithm, pkey, ret);
}

void key_free(struct key *key)
{
    EVP_PKEY_free(key->pkey);
    if (key->bytes)
        sodium_memzero(key->bytes, key->n);
    mortise_free(key->bytes);
    memset(key, 0, sizeof(*key));
}

/* --- signatures */

static bool verify_hs256(const struct key *key, const void *text, size_t n,
                         const unsigned char *signature, size_t signature_n)
{
    unsigned char made[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;

    if (signature_n != sizeof(made))
        return false;
    crypto_auth_hmacsha256_init(&state, key->bytes, key->n);
    crypto_auth_hmacsha256_update(&state, text, n);
    crypto_auth_hmacsha256_final(&state, made);
    sodium_memzero(&state, sizeof(state));
    return sodium_memcmp(made, signature, sizeof(made)) == 0;
}

static bool verify_pkey(EVP_PKEY *pkey, const void *text, size_t n,
                        const unsigned char *signature, size_t signature_n)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fits =
        context &&
        EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
        EVP_DigestVerify(context, signature, signature_n, text, n) == 1;

    EVP_MD_CTX_free(context);
    ERR_clear_error();
    return fits;
}

/* A token has the two numbers one behind the other; OpenSSL wants them as DER,
 * which it makes of them. */
static bool verify_es256(const struct key *key, const void *text, size_t n,
                         const unsigned char *signature, size_t signature_n)
{
    unsigned char *der = NULL;
    ECDSA_SIG *pair;
    BIGNUM *r, *s;
    int der_n;
    bool fits;

    if (signature_n != 2 * ES256_PART)
        return false;
    pair = ECDSA_SIG_new();
    r = BN_bin2bn(signature, ES256_PART, NULL);
    s = BN_bin2bn(signature + ES256_PART, ES256_PART, NULL);
    if (!pair || !r || !s || !ECDSA_SIG_set0(pair, r, s)) {
        ECDSA_SIG_free(pair);
        BN_free(r);
        BN_free(s);
        return false;
    }
    der_n = i2d_ECDSA_SIG(pair, &der);
    fits = der_n > 0 && verify_pkey(key->pkey, text, n, der, (size_t)der_n);
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    return fits;
}

bool key_verify(const struct key *key, const void *text, size_t n,
                const unsigned char *signature, size_t signature_n)
{
    switch (key->algorithm) {
    case ALGORITHM_HS256:
        return verify_hs256(key, text, n, signature, signature_n);
    case ALGORITHM_RS256:
        return signature_n == (size_t)EVP_PKEY_get_size(key->pkey) &&
               verify_pkey(key->pkey, text, n, signature, signature_n);
    case ALGORITHM_ES256:
        return verify_es256(key, text, n, signature, signature_n);
    case ALGORITHM_EDDSA:
        return signature_n == crypto_sign_BYTES &&
               crypto_sign_verify_detached(signature, text, n, key->bytes) == 0;
    case ALGORITHM_NONE:
        break;
    }
    return false;
}
