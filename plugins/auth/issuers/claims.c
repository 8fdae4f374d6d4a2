/* SPDX-License-Identifier: MIT */
#include "issuers/claims.h"

#include <stdio.h>
#include <string.h>

#include "rights/permits.h"

enum { SECOND = 1000 };

/* Of the year 9999: seconds that fit wherever they are used. */
static const double time_max = 253402300799.0;

/* --- times */

/* A NumericDate (RFC 7519, 2), in ms since 1970; false: it is none. */
static bool read_time(json_t *claim, int64_t *ret)
{
    double seconds = json_number_value(claim);

    if (!json_is_number(claim) || !(seconds >= 0 && seconds <= time_max))
        return false;
    *ret = (int64_t)(seconds * SECOND);
    return true;
}

static const char *check_times(const struct issuer *issuer, json_t *claims,
                               int64_t now, int64_t *ret_ends)
{
    json_t *nbf = json_object_get(claims, "nbf");
    json_t *iat = json_object_get(claims, "iat");
    int64_t expires, time;

    if (!read_time(json_object_get(claims, "exp"), &expires))
        return "it has no exp";
    if (expires + issuer->skew_ms <= now)
        return "it has expired";
    if (nbf && (!read_time(nbf, &time) || time > now + issuer->skew_ms))
        return "its nbf is still to come";
    if (iat && (!read_time(iat, &time) || time > now + issuer->skew_ms))
        return "its iat is still to come";
    if (iat && time > expires)
        return "it was issued after its end";
    *ret_ends = expires + issuer->skew_ms;
    return NULL;
}

/* --- for whom, and who */

static bool is_among(const struct words *words, json_t *text)
{
    for (uint32_t i = 0; json_is_string(text) && i < words->n; i++)
        if (strcmp(words->words[i], json_string_value(text)) == 0)
            return true;
    return false;
}

/* One text, or several (RFC 7519, 4.1.3). */
static bool audience_fits(const struct issuer *issuer, json_t *aud)
{
    json_t *each;
    size_t i;

    if (!json_is_array(aud))
        return is_among(&issuer->audience, aud);
    json_array_foreach(aud, i,
                       each) if (is_among(&issuer->audience, each)) return true;
    return false;
}

/* --- roles */

struct adding {
    const struct issuer *issuer;
    struct claims *to;
};

static bool role_counts(const struct issuer *issuer, const char *role)
{
    for (uint32_t i = 0; i < issuer->roles.n; i++)
        if (strcmp(issuer->roles.words[i], role) == 0)
            return true;
    return issuer->roles.n == 0;
}

/* What has a dot or an asterisk would be a permission, and only the settings
 * here give those; and everybody is a guest or a user. */
static int add_role(const char *role, void *data)
{
    const struct adding *adding = data;
    char *roles = adding->to->roles;
    size_t used = strlen(roles);

    if (role_fits(role) && role_counts(adding->issuer, role) &&
        used + 1 + strlen(role) < ROLES_SIZE)
        snprintf(roles + used, ROLES_SIZE - used, "%s%s", used > 0 ? " " : "",
                 role);
    return 0;
}

/* The claim that a setting names; NULL. */
static json_t *claim_at(json_t *claims, const struct words *way)
{
    json_t *claim = way->n > 0 ? claims : NULL;

    for (uint32_t i = 0; i < way->n; i++)
        claim = json_object_get(claim, way->words[i]);
    return claim;
}

/* The claim is one text with words, such as `scope`, or a list of them. */
static void read_roles(const struct issuer *issuer, json_t *claims,
                       struct claims *ret)
{
    json_t *claim = claim_at(claims, &issuer->roles_claim), *each;
    struct adding adding = {issuer, ret};
    size_t i;

    ret->roles[0] = '\0';
    if (json_is_string(claim))
        permits_each_word(json_string_value(claim), add_role, &adding);
    json_array_foreach(claim, i, each) if (json_is_string(each))
        permits_each_word(json_string_value(each), add_role, &adding);
}

static void read_name(const struct issuer *issuer, json_t *claims,
                      struct claims *ret)
{
    const char *name = json_string_value(claim_at(claims, &issuer->name_claim));

    name_clean(name ? name : "", ret->name);
}

/* --- all of it */

static const char *check(const struct jwt *jwt, int64_t now, struct claims *ret)
{
    const char *iss = json_string_value(json_object_get(jwt->claims, "iss"));
    const char *sub = json_string_value(json_object_get(jwt->claims, "sub"));
    const struct issuer *issuer = iss ? issuers_find(iss) : NULL;
    const struct key *key;
    const char *wrong;

    if (!issuer)
        return "its iss is none of \"issuers\"";
    wrong = check_times(issuer, jwt->claims, now, &ret->ends);
    if (wrong)
        return wrong;
    if (!audience_fits(issuer, json_object_get(jwt->claims, "aud")))
        return "its aud is another one";
    if (!subject_fits(sub))
        return "its sub is not there, or not 1 to 160 bytes of text";
    key = key_set_find(&issuer->keys, jwt_kid(jwt));
    if (!key)
        return "its kid is none of the keys'";
    wrong = jwt_verify(jwt, key);
    if (wrong)
        return wrong;
    snprintf(ret->user, sizeof(ret->user), "%s:%s", issuer->name, sub);
    read_roles(issuer, jwt->claims, ret);
    read_name(issuer, jwt->claims, ret);
    return NULL;
}

const char *claims_read(const char *token, int64_t now, struct claims *ret)
{
    struct jwt jwt;
    const char *wrong = jwt_read(token, &jwt);

    if (!wrong) {
        wrong = check(&jwt, now, ret);
        jwt_free(&jwt);
    }
    return wrong;
}
