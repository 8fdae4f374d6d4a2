/* SPDX-License-Identifier: MIT */
#include "issuers/jwt.h"

#include <string.h>
#include <strings.h>

#include <mortise/memory.h>
#include <sodium.h>

bool jwt_looks(const char *token)
{
    return strchr(token, '.') != NULL;
}

static bool decode(const char *text, size_t n, unsigned char *ret, size_t size,
                   size_t *ret_n)
{
    return n > 0 &&
           sodium_base642bin(ret, size, text, n, NULL, ret_n, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
}

/* A part of the token as a JSON object; NULL: it is none. */
static json_t *decode_object(const char *text, size_t n)
{
    unsigned char *bytes = mortise_alloc(n);
    json_t *object = NULL;
    size_t size;

    if (bytes && decode(text, n, bytes, n, &size))
        object =
            json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    mortise_free(bytes);
    if (json_is_object(object))
        return object;
    json_decref(object);
    return NULL;
}

/* An ID token or an access token (RFC 9068); a token that is for something
 * else may have the same claims (RFC 8725, 3.11). */
static bool typ_fits(json_t *typ)
{
    const char *name = json_string_value(typ);

    if (name && strncasecmp(name, "application/", 12) == 0)
        name += 12;
    return !typ || (name && (strcasecmp(name, "JWT") == 0 ||
                             strcasecmp(name, "at+jwt") == 0));
}

static const char *check_header(json_t *header)
{
    json_t *kid = json_object_get(header, "kid");

    if (!json_is_string(json_object_get(header, "alg")))
        return "its header has no alg";
    if (json_object_get(header, "crit"))
        return "its header has crit";
    if (kid && !json_is_string(kid))
        return "its header has a kid that is no string";
    return typ_fits(json_object_get(header, "typ")) ? NULL
                                                    : "its header has a typ "
                                                      "that is not JWT";
}

const char *jwt_read(const char *token, struct jwt *ret)
{
    const char *first = strchr(token, '.');
    const char *second = first ? strchr(first + 1, '.') : NULL;
    const char *wrong = NULL;

    memset(ret, 0, sizeof(*ret));
    if (!second || strchr(second + 1, '.') || strlen(token) > JWT_MAX)
        return "it has not three parts, or is too long";
    ret->token = token;
    ret->signed_n = (size_t)(second - token);
    ret->header = decode_object(token, (size_t)(first - token));
    ret->claims = decode_object(first + 1, (size_t)(second - first) - 1);
    if (!ret->header || !ret->claims ||
        !decode(second + 1, strlen(second + 1), ret->signature,
                sizeof(ret->signature), &ret->signature_n))
        wrong = "a part of it cannot be read";
    else
        wrong = check_header(ret->header);
    if (wrong)
        jwt_free(ret);
    return wrong;
}

const char *jwt_kid(const struct jwt *jwt)
{
    return json_string_value(json_object_get(jwt->header, "kid"));
}

const char *jwt_verify(const struct jwt *jwt, const struct key *key)
{
    const char *alg = json_string_value(json_object_get(jwt->header, "alg"));

    if (strcmp(alg, algorithm_names[key->algorithm]) != 0)
        return "its alg is not that of its key";
    if (!key_verify(key, jwt->token, jwt->signed_n, jwt->signature,
                    jwt->signature_n))
        return "its signature is not right";
    return NULL;
}

void jwt_free(struct jwt *jwt)
{
    json_decref(jwt->header);
    json_decref(jwt->claims);
    memset(jwt, 0, sizeof(*jwt));
}
