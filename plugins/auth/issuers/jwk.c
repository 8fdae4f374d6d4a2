/* SPDX-License-Identifier: MIT */
#include "issuers/jwk.h"

#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <sodium.h>

enum { POINT_PART = 32 };

/* In the order of enum algorithm. */
static const struct {
    const char *type, *curve;
} kinds[] = {{"oct", NULL}, {"RSA", NULL}, {"EC", "P-256"}, {"OKP", "Ed25519"}};

/* A member that is base64url without padding; 0: it is not there, or none. */
static size_t bytes_of(json_t *jwk, const char *name, unsigned char *ret,
                       size_t size)
{
    const char *text = json_string_value(json_object_get(jwk, name));
    size_t n = 0;

    if (!text ||
        sodium_base642bin(ret, size, text, strlen(text), NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return 0;
    return n;
}

/* What the builder has, as a key; NULL: it is none. */
static EVP_PKEY *build(const char *type, OSSL_PARAM_BLD *builder)
{
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *pkey = NULL;

    if (parameters && context && EVP_PKEY_fromdata_init(context) == 1)
        EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    ERR_clear_error();
    return pkey;
}

static EVP_PKEY *read_rsa(json_t *jwk, OSSL_PARAM_BLD *builder)
{
    /* One byte more than may be, so that what is longer is no other number. */
    unsigned char bytes[KEY_NUMBER_MAX + 1];
    EVP_PKEY *pkey = NULL;
    BIGNUM *n, *e;
    size_t length;

    length = bytes_of(jwk, "n", bytes, sizeof(bytes));
    n = BN_bin2bn(bytes, (int)length, NULL);
    length = bytes_of(jwk, "e", bytes, sizeof(bytes));
    e = BN_bin2bn(bytes, (int)length, NULL);
    if (n && e && !BN_is_zero(n) && !BN_is_zero(e) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e))
        pkey = build("RSA", builder);
    BN_free(n);
    BN_free(e);
    return pkey;
}

static EVP_PKEY *read_p256(json_t *jwk, OSSL_PARAM_BLD *builder)
{
    unsigned char point[1 + 2 * POINT_PART] = {4}; /* both, as they are */

    if (bytes_of(jwk, "x", point + 1, POINT_PART) != POINT_PART ||
        bytes_of(jwk, "y", point + 1 + POINT_PART, POINT_PART) != POINT_PART ||
        !OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME,
                                         "prime256v1", 0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY,
                                          point, sizeof(point)))
        return NULL;
    return build("EC", builder);
}

static const char *read_public(json_t *jwk, enum algorithm algorithm,
                               struct key *ret)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY *pkey;

    if (!builder)
        return "does not fit into memory";
    pkey = algorithm == ALGORITHM_RS256 ? read_rsa(jwk, builder)
                                        : read_p256(jwk, builder);
    OSSL_PARAM_BLD_free(builder);
    return key_from_pkey(algorithm, pkey, ret);
}

static const char *read_bytes(json_t *jwk, enum algorithm algorithm,
                              struct key *ret)
{
    const char *name = algorithm == ALGORITHM_HS256 ? "k" : "x";
    unsigned char bytes[KEY_NUMBER_MAX];
    size_t n = bytes_of(jwk, name, bytes, sizeof(bytes));
    const char *wrong =
        n == 0 ? "cannot be read" : key_from_bytes(algorithm, bytes, n, ret);

    sodium_memzero(bytes, sizeof(bytes));
    return wrong;
}

/* --- what it is for */

static bool is_for_signatures(json_t *jwk)
{
    const char *use = json_string_value(json_object_get(jwk, "use"));
    json_t *operations = json_object_get(jwk, "key_ops"), *each;
    bool verify = !operations;
    size_t i;

    json_array_foreach(operations, i, each) verify =
        verify || (json_is_string(each) &&
                   strcmp(json_string_value(each), "verify") == 0);
    return verify && (!use || strcmp(use, "sig") == 0);
}

/* Whether the type and the curve are those of the algorithm. */
static bool fits(json_t *jwk, enum algorithm algorithm)
{
    const char *type = json_string_value(json_object_get(jwk, "kty"));
    const char *curve = json_string_value(json_object_get(jwk, "crv"));

    return type && strcmp(type, kinds[algorithm].type) == 0 &&
           (!kinds[algorithm].curve ||
            (curve && strcmp(curve, kinds[algorithm].curve) == 0));
}

static bool are_texts(json_t *jwk)
{
    static const char *const names[] = {"kty", "crv", "alg", "kid", "use"};
    bool all = true;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        json_t *member = json_object_get(jwk, names[i]);
        all = all && (!member || json_is_string(member));
    }
    return all;
}

const char *jwk_read(json_t *jwk, enum algorithm configured, struct key *ret,
                     const char **ret_left_out)
{
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    const char *alg = json_string_value(json_object_get(jwk, "alg"));
    enum algorithm algorithm = alg ? algorithm_find(alg) : configured;

    if (!json_is_object(jwk))
        return "is no object";
    if (!are_texts(jwk))
        return "has a member that should be a string";
    if (json_object_get(jwk, "d"))
        return "is a private one";
    if (!is_for_signatures(jwk)) {
        *ret_left_out = "is not for signatures";
    } else if (alg && algorithm == ALGORITHM_NONE) {
        *ret_left_out = "is of an algorithm that is not taken";
    } else if (algorithm == ALGORITHM_NONE) {
        return "has no \"alg\", and the settings no \"algorithm\"";
    } else if (configured != ALGORITHM_NONE && algorithm != configured) {
        *ret_left_out = "is of another algorithm";
    } else if (!fits(jwk, algorithm)) {
        return "is not of its algorithm's type or curve";
    } else if (kid && strlen(kid) >= KID_SIZE) {
        return "has a \"kid\" of more than 256 bytes";
    } else {
        snprintf(ret->kid, sizeof(ret->kid), "%s", kid ? kid : "");
        return algorithm == ALGORITHM_HS256 || algorithm == ALGORITHM_EDDSA
                   ? read_bytes(jwk, algorithm, ret)
                   : read_public(jwk, algorithm, ret);
    }
    return NULL;
}
