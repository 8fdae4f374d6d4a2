/* SPDX-License-Identifier: MIT */
/* Tokens of other issuers: which are taken, which are not, and what for. */
#include "test/test_jwt.h"

static void uses(const char *algorithm, EVP_PKEY *key)
{
    start_issuer(algorithm, key ? pem_of(key) : SECRET, "");
    const char *token = sign_token(key, algorithm, claims_of("ann", ""));
    expect_taken(token);
    int number =
        testkit_request(kit, "GET /auth/me", .headers = bearer_of(token));
    testkit_expect_json(
        kit, number, 200,
        "{user:{id:'idp:ann', name:null, "
        "display:'guest-29c03c', email:null, guest:false, roles:[]}}");
    /* One bit of what is signed, and one of the signature. */
    char *spoilt = text_place();
    snprintf(spoilt, TEXT_SIZE, "%s", token);
    strchr(spoilt, '.')[5] ^= 1;
    expect_not_taken(spoilt);
    snprintf(spoilt, TEXT_SIZE, "%s", token);
    strrchr(spoilt, '.')[5] ^= 1;
    expect_not_taken(spoilt);
    finish();
    EVP_PKEY_free(key);
}

START_TEST(takes_each_algorithm)
{
    uses("HS256", NULL);
    uses("RS256", new_rsa(2048));
    uses("ES256", new_ec("P-256"));
    uses("EdDSA", new_ed25519());
}
END_TEST

/* What a token says of its algorithm decides nothing. */
START_TEST(believes_no_alg)
{
    EVP_PKEY *rsa = new_rsa(2048), *other = new_rsa(2048);
    char *none = text_place();

    start_issuer("RS256", pem_of(rsa), "");
    const char *claims = claims_of("ann", ""), *pem = pem_of(rsa);
    expect_taken(sign_token(rsa, "RS256", claims));
    expect_not_taken(sign_token(other, "RS256", claims));
    expect_not_taken(sign_token(rsa, "HS256", claims));
    expect_not_taken(sign_token(rsa, "RS512", claims));
    expect_not_taken(sign_token(rsa, "{\"typ\":\"JWT\"}", claims));
    /* HS256 with the public key as the secret. */
    const char *header = "{\"alg\":\"HS256\"}";
    expect_not_taken(
        sign_bytes(NULL, pem, header, strlen(header), claims, strlen(claims)));
    header = "{\"alg\":\"RS256\"}";
    expect_not_taken(
        sign_bytes(NULL, pem, header, strlen(header), claims, strlen(claims)));
    for (int i = 0; i < 3; i++) {
        static const char *const alg[] = {"none", "None", "RS256"};
        char text[32];
        snprintf(text, sizeof(text), "{\"alg\":\"%s\"}", alg[i]);
        snprintf(none, TEXT_SIZE, "%s.%s.", base64url(text, strlen(text)),
                 base64url(claims, strlen(claims)));
        expect_not_taken(none);
        append(none, "AAAA");
        expect_not_taken(none);
    }
    finish();
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(other);
}
END_TEST

START_TEST(refuses_headers)
{
    static const char *const bad[] = {
        "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}",
        "{\"alg\":\"HS256\",\"crit\":[]}",
        "{\"alg\":\"HS256\",\"typ\":\"logout+jwt\"}",
        "{\"alg\":\"HS256\",\"typ\":7}",
        "{\"alg\":\"HS256\",\"kid\":7}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
        "{\"alg\":7}",
        "{\"alg\":\"HS256\"} ,",
        "{\"alg\":\"HS256\\u0000\"}",
        "{}",
    };
    static const char *const good[] = {
        "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"any\"}",
        "{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}",
    };

    start_issuer("HS256", SECRET, "");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect_not_taken(sign_token(NULL, bad[i], claims_of("ann", "")));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        expect_taken(sign_token(NULL, good[i], claims_of("ann", "")));
    finish();
}
END_TEST

/* The claims, in which N stands for now, in seconds; with a sign behind it for
 * so much later or earlier. */
static const char *at_now(const char *claims)
{
    char *place = text_place(), *end;
    const char *p = claims;

    for (size_t n; (n = strcspn(p, "N")), p[n] != '\0'; p = end) {
        append(place, "%.*s", (int)n, p);
        append(place, "%lld",
               (long long)testkit_now(kit) / 1000 +
                   strtoll(p + n + 1, &end, 10));
    }
    append(place, "%s", p);
    return place;
}

#define WHO  "\"iss\":\"" ISSUER "\",\"sub\":\"ann\""
#define THE  "{" WHO ",\"aud\":\"chat\","
#define GOOD "\"aud\":\"chat\",\"exp\":N+60}"

START_TEST(checks_claims)
{
    static const char *const bad[] = {
        THE "\"nbf\":N-1}",  /* no exp */
        THE "\"exp\":N-30}", /* the skew is 30 */
        THE "\"exp\":\"N+60\"}",
        THE "\"exp\":-1}",
        THE "\"exp\":1e300}",
        THE "\"exp\":99999999999999999999}",
        THE "\"exp\":null}",
        THE "\"exp\":N+60,\"nbf\":N+31}",
        THE "\"exp\":N+60,\"nbf\":\"soon\"}",
        THE "\"exp\":N+60,\"iat\":N+31}",
        THE "\"exp\":N+10,\"iat\":N+20}",
        THE "\"exp\":N+60,\"exp\":N+60}",
        "{" WHO ",\"exp\":N+60}", /* no aud */
        "{" WHO ",\"exp\":N+60,\"aud\":\"cha\"}",
        "{" WHO ",\"exp\":N+60,\"aud\":[]}",
        "{" WHO ",\"exp\":N+60,\"aud\":[\"mail\",7]}",
        "{" WHO ",\"exp\":N+60,\"aud\":{\"chat\":1}}",
        "{\"sub\":\"ann\"," GOOD, /* no iss */
        "{\"iss\":\"" ISSUER "/\",\"sub\":\"ann\"," GOOD,
        "{\"iss\":[\"" ISSUER "\"],\"sub\":\"ann\"," GOOD,
        "{\"iss\":\"" ISSUER "\"," GOOD, /* no sub */
        "{\"iss\":\"" ISSUER "\",\"sub\":\"\"," GOOD,
        "{\"iss\":\"" ISSUER "\",\"sub\":7," GOOD,
        "{\"iss\":\"" ISSUER "\",\"sub\":\"a\\nb\"," GOOD,
        "{\"iss\":\"" ISSUER "\",\"sub\":\"a\\u0000b\"," GOOD,
        "[" THE "\"exp\":N+60}]",
        "\"text\"",
        "",
    };
    static const char *const good[] = {
        THE "\"exp\":N-29}",
        THE "\"exp\":N+60.5,\"nbf\":N+30,\"iat\":N+30}",
        "{" WHO ",\"exp\":N+60,\"aud\":[\"mail\",\"chat\"]}",
        "{\"iss\":\"" ISSUER "\",\"sub\":\"\xc3\xa4 b:c\"," GOOD,
    };

    start_issuer("HS256", SECRET, "");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        expect_not_taken(sign_token(NULL, "HS256", at_now(bad[i])));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        expect_taken(sign_token(NULL, "HS256", at_now(good[i])));
    finish();
}
END_TEST

/* A `sub` of so many bytes, in a token that is longer by `more`. */
static const char *long_token(int sub, int more)
{
    char *text = text_place(), *extra = text_place();

    memset(text, 's', (size_t)sub);
    text[sub] = '\0';
    extra[0] = '\0';
    if (more > 0)
        snprintf(extra, TEXT_SIZE, ",\"x\":\"%0*d\"", more, 0);
    return sign_token(NULL, "HS256", claims_of(text, extra));
}

START_TEST(refuses_what_is_no_token)
{
    const char *header = "{\"alg\":\"HS256\"}";
    char *text = text_place();

    start_issuer("HS256", SECRET, "");
    expect_taken(long_token(160, 0));
    expect_not_taken(long_token(161, 0));
    expect_taken(long_token(9, 5000));
    expect_not_taken(long_token(9, 6200)); /* more than 8192 bytes */
    const char *token = sign_token(NULL, "HS256", claims_of("ann", ""));
    static const char *const ends[] = {"=",  "==", " ",   ".",
                                       ".x", "+",  "\\n", "*"};
    expect_taken(token);
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        snprintf(text, TEXT_SIZE, "%s%s", token, ends[i]);
        expect_not_taken(text);
    }
    snprintf(text, TEXT_SIZE, ".%s", token);
    expect_not_taken(text);
    snprintf(text, TEXT_SIZE, " %s", token);
    expect_not_taken(text);
    static const char *const parts[] = {".",   "..",    "...",
                                        "a.b", "a.b.c", "e30.e30.e30"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        expect_not_taken(parts[i]);
    /* Bits behind the last byte, which some take: another text, same token. */
    snprintf(text, TEXT_SIZE, "%s", token);
    text[strlen(text) - 1] ^= 1;
    expect_not_taken(text);
    /* Signed, but no UTF-8. */
    const char *claims = claims_of("a\xff", "");
    expect_not_taken(sign_bytes(NULL, SECRET, header, strlen(header), claims,
                                strlen(claims)));
    claims = claims_of("a\xed\xa0\x80", "");
    expect_not_taken(sign_bytes(NULL, SECRET, header, strlen(header), claims,
                                strlen(claims)));
    memset(text, '[', 4000);
    text[4000] = '\0';
    expect_not_taken(sign_token(NULL, "HS256", text));
    finish();
}
END_TEST

/* The numbers of a signature of ECDSA are 64 bytes and no DER. */
START_TEST(takes_no_der)
{
    EVP_PKEY *key = new_ec("P-256");
    unsigned char der[128];
    size_t n = sizeof(der);

    start_issuer("ES256", pem_of(key), "");
    const char *token = sign_token(key, "ES256", claims_of("ann", ""));
    expect_taken(token);
    char *text = text_place();
    snprintf(text, TEXT_SIZE, "%s", token);
    *strrchr(text, '.') = '\0';
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key);
    EVP_DigestSign(context, der, &n, (unsigned char *)text, strlen(text));
    EVP_MD_CTX_free(context);
    append(text, ".%s", base64url(der, n));
    expect_not_taken(text);
    strrchr(text, '.')[1] = '\0';
    append(text, "%s",
           base64url("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                     "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                     64));
    expect_not_taken(text);
    finish();
    EVP_PKEY_free(key);
}
END_TEST

static void expect_roles(const char *more, const char *claims,
                         const char *roles)
{
    start_issuer("HS256", SECRET, more);
    const char *token = sign_token(NULL, "HS256", claims_of("ann", claims));
    int number =
        testkit_request(kit, "GET /auth/me", .headers = bearer_of(token));
    char *body = text_place();
    snprintf(body, TEXT_SIZE,
             "{user:{id:'idp:ann', roles:[%s], '<more>':true}}", roles);
    testkit_expect_json(kit, number, 200, body);
    finish();
}

START_TEST(takes_roles)
{
    expect_roles("", ",\"roles\":[\"admin\"]", "");
    expect_roles(", rolesClaim:'roles'", ",\"roles\":[\"admin\",\"x\"]",
                 "'admin', 'x'");
    expect_roles(", rolesClaim:'scope'", ",\"scope\":\"read  write\"",
                 "'read', 'write'");
    expect_roles(", rolesClaim:'https://x.y/roles'",
                 ",\"https://x.y/roles\":[\"a\"]", "'a'");
    expect_roles(", rolesClaim:['realm_access', 'roles']",
                 ",\"realm_access\":{\"roles\":[\"a\"]},\"roles\":[\"b\"]",
                 "'a'");
    expect_roles(", rolesClaim:'roles', roles:['b']",
                 ",\"roles\":[\"a\",\"b\",\"c\"]", "'b'");
    /* No permissions, nothing that everybody is, nothing that is no word. */
    expect_roles(", rolesClaim:'roles'",
                 ",\"roles\":[\"*\",\"chat.*\",\"chat.mute\",\"guest\","
                 "\"user\",7,null,[\"y\"],\"\",\"\xc3\xa4\",\"ok\","
                 "\"a23456789012345678901234567890123\"]",
                 "'ok'");
    expect_roles(", rolesClaim:'roles'", ",\"roles\":{\"admin\":true}", "");
    /* As many as fit into 256 bytes, with spaces between. */
    char *many = text_place(), *kept = text_place();
    append(many, ",\"roles\":[\"a\"");
    append(kept, "'a'");
    for (int i = 0; i < 99; i++) {
        append(many, ",\"role-%026d\"", i);
        if (i < 7)
            append(kept, ",'role-%026d'", i);
    }
    append(many, "]");
    expect_roles(", rolesClaim:'roles'", many, kept);
}
END_TEST

TESTKIT_MAIN("auth/jwt", takes_each_algorithm, believes_no_alg, refuses_headers,
             checks_claims, refuses_what_is_no_token, takes_no_der, takes_roles)
