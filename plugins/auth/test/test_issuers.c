/* SPDX-License-Identifier: MIT */
/* Other issuers: what the settings may say of them, keys that change, and how
 * long who came with their tokens stays. */
#include "test/test_jwt.h"

#define MINUTE 60000

static char key_file[96];

/* As programs that care do it: the file is there whole, or as it was. */
static void write_keys(const char *text)
{
    char next[112];

    snprintf(key_file, sizeof(key_file), "%s/keys", folder);
    snprintf(next, sizeof(next), "%s.next", key_file);
    FILE *file = fopen(next, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(rename(next, key_file), 0);
}

/* The server with one issuer, of which `members` is the rest. */
static const char *with_issuer(const char *members)
{
    char *config = text_place();

    snprintf(config, TEXT_SIZE,
             "{plugins:[{name:'auth', path:s, settings:{%s, "
             "namespaces:{'/custom':'user'}, issuers:[{name:'idp', "
             "issuer:'" ISSUER "', audience:'chat', %s}]}}, "
             "{name:'echo', path:s}]}",
             SETTINGS, members);
    return config;
}

static void start_jwks(const char *keys)
{
    make_folder();
    write_keys(keys);
    kit =
        testkit_start(with_issuer("jwks:s"), PLUGIN, database, key_file, ECHO);
}

static void finish_keys(void)
{
    unlink(key_file);
    finish();
}

static const char *jwks_of(EVP_PKEY *a, const char *more_a, EVP_PKEY *b,
                           const char *more_b)
{
    char *text = text_place();
    size_t n = (size_t)snprintf(text, TEXT_SIZE, "{\"keys\":[{%s%s}", jwk_of(a),
                                more_a);

    if (b)
        n += (size_t)snprintf(text + n, TEXT_SIZE - n, ",{%s%s}", jwk_of(b),
                              more_b);
    snprintf(text + n, TEXT_SIZE - n, "]}");
    return text;
}

static void refuses_key(const char *algorithm, const char *key, const char *why)
{
    make_folder();
    testkit_expect_no_load(
        PLUGIN, why,
        "{development:true, database:s, issuers:[{name:'idp', issuer:'i', "
        "audience:'a', algorithm:s, key:s}]}",
        database, algorithm, key);
    rmdir(folder);
}

START_TEST(refuses_keys)
{
    static const char short_secret[] = "31 bytes, which are too few....";
    EVP_PKEY *weak = new_rsa(1024), *slow = new_rsa(5120);
    EVP_PKEY *p384 = new_ec("P-384"), *k1 = new_ec("secp256k1");
    EVP_PKEY *p256 = new_ec("P-256"), *ed = new_ed25519();
    EVP_PKEY *ed448 = EVP_PKEY_Q_keygen(NULL, NULL, "ED448");

    refuses_key("RS256", pem_of(weak), "fewer than 2048 bits");
    refuses_key("RS256", pem_of(slow), "more than 4096 bits");
    refuses_key("RS256", pem_of(p256), "not one of RSA");
    refuses_key("ES256", pem_of(p384), "not one of the curve P-256");
    refuses_key("ES256", pem_of(k1), "not one of the curve P-256");
    refuses_key("ES256", pem_of(ed), "not one of the curve P-256");
    refuses_key("EdDSA", pem_of(ed448), "not one of the curve Ed25519");
    refuses_key("EdDSA", pem_of(p256), "not one of the curve Ed25519");
    refuses_key("HS256", short_secret, "fewer than 32 bytes");
    refuses_key("HS256", pem_of(p256), "no secret");
    refuses_key("RS256", SECRET, "no PUBLIC KEY");
    refuses_key("RS256", "-----BEGIN PUBLIC KEY-----\nAAAA\n",
                "cannot be read");
    refuses_key("RS256", "-----BEGIN PRIVATE KEY-----\n", "a private one");
    refuses_key("none", SECRET, "algorithm");
    refuses_key("HS512", SECRET, "algorithm");
    EVP_PKEY *all[] = {weak, slow, p384, k1, p256, ed, ed448};
    for (int i = 0; i < 7; i++)
        EVP_PKEY_free(all[i]);
}
END_TEST

#define HS "algorithm:'HS256', key:'" SECRET "'"

START_TEST(refuses_settings)
{
    static const struct {
        const char *issuers, *why;
    } bad[] = {
        {"{issuer:'i', audience:'a', " HS "}", "\"name\" is 1 to 32"},
        {"{name:'a:b', issuer:'i', audience:'a', " HS "}", "\"name\" is 1"},
        {"{name:'a', audience:'a', " HS "}", "\"issuer\" is not there"},
        {"{name:'a', issuer:'i', " HS "}", "\"audience\" is one text"},
        {"{name:'a', issuer:'i', audience:[], " HS "}", "\"audience\""},
        {"{name:'a', issuer:'i', audience:[7], " HS "}", "\"audience\""},
        {"{name:'a', issuer:'i', audience:'a', algorithm:'HS256'}",
         "one of \"key\", \"keyFile\" and \"jwks\""},
        {"{name:'a', issuer:'i', audience:'a', jwks:'f', " HS "}", "one of"},
        {"{name:'a', issuer:'i', audience:'a', key:'" SECRET "'}",
         "\"algorithm\" is not there"},
        {"{name:'a', issuer:'i', audience:'a', jwks:'/nowhere/keys'}",
         "/nowhere/keys cannot be read"},
        {"{name:'a', issuer:'i', audience:'a', jwks:'https://i/keys'}",
         "\"jwks\" is a file"},
        {"{name:'a', issuer:'i', audience:'a', keys:1, " HS "}", "keys"},
        {"{name:'a', issuer:'i', audience:'a', clockSkewSeconds:301, " HS "}",
         "clockSkewSeconds"},
        {"{name:'a', issuer:'i', audience:'a', " HS "}, "
         "{name:'a', issuer:'j', audience:'a', " HS "}",
         "\"name\" is there twice"},
        {"{name:'a', issuer:'i', audience:'a', " HS "}, "
         "{name:'b', issuer:'i', audience:'a', " HS "}",
         "or there twice"},
    };

    make_folder();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char *settings = text_place();
        snprintf(settings, TEXT_SIZE,
                 "{development:true, database:s, issuers:[%s]}",
                 bad[i].issuers);
        testkit_expect_no_load(PLUGIN, bad[i].why, settings, database);
    }
    rmdir(folder);
}
END_TEST

static void refuses_jwks(const char *text, const char *why)
{
    make_folder();
    write_keys(text);
    testkit_expect_no_load(
        PLUGIN, why,
        "{development:true, database:s, issuers:[{name:'idp', issuer:'i', "
        "audience:'a', jwks:s}]}",
        database, key_file);
    unlink(key_file);
    rmdir(folder);
}

START_TEST(refuses_key_sets)
{
    EVP_PKEY *weak = new_rsa(1024), *p256 = new_ec("P-256");
    char *text = text_place();

    refuses_jwks("{\"keys\":[]}", "no key for signatures");
    refuses_jwks("{}", "is no JWKS");
    refuses_jwks("{\"keys\":[", "is no JWKS");
    refuses_jwks("{\"keys\":[],\"keys\":[]}", "is no JWKS");
    refuses_jwks("{\"keys\":[7]}", "number 0, that is no object");
    refuses_jwks(jwks_of(weak, ",\"alg\":\"RS256\"", NULL, ""),
                 "fewer than 2048 bits");
    refuses_jwks(jwks_of(p256, "", NULL, ""), "has no \"alg\"");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"RS256\"", NULL, ""),
                 "not of its algorithm's type");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"EdDSA\"", NULL, ""),
                 "not of its algorithm's type");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"ES256\",\"d\":\"AA\"", NULL, ""),
                 "a private one");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"ES256\",\"kid\":7", NULL, ""),
                 "should be a string");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"ES256\",\"use\":\"enc\"", NULL, ""),
                 "no key for signatures");
    refuses_jwks(jwks_of(p256, ",\"alg\":\"ES256\",\"kid\":\"a\"", p256,
                         ",\"alg\":\"ES256\",\"kid\":\"a\""),
                 "number 1, that has a \"kid\" that another one has");
    refuses_jwks("{\"keys\":[{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":"
                 "\"AAAA\"}]}",
                 "fewer than 32 bytes");
    refuses_jwks("{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"alg\":"
                 "\"EdDSA\",\"x\":\"AAAA\"}]}",
                 "not of its algorithm's type");
    /* A point that is not on the curve. */
    snprintf(text, TEXT_SIZE,
             "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\","
             "\"x\":\"%s\",\"y\":\"%s\"}]}",
             base64url("12345678901234567890123456789012", 32),
             base64url("12345678901234567890123456789012", 32));
    refuses_jwks(text, "cannot be read");
    EVP_PKEY_free(weak);
    EVP_PKEY_free(p256);
}
END_TEST

#define KID(name) "\"kid\":\"" name "\"}"

START_TEST(chooses_by_kid)
{
    EVP_PKEY *rsa = new_rsa(2048), *ed = new_ed25519();
    char *text = text_place();

    /* Beside these two what is no key for us. */
    snprintf(text, TEXT_SIZE,
             "{\"keys\":[{%s,\"alg\":\"RSA-OAEP\",\"kid\":\"c\"},"
             "{%s,\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"a\"},"
             "{%s,\"alg\":\"EdDSA\",\"key_ops\":[\"verify\"],\"kid\":\"b\"}]}",
             jwk_of(rsa), jwk_of(rsa), jwk_of(ed));
    start_jwks(text);
    const char *claims = claims_of("ann", "");
    expect_taken(sign_token(rsa, "{\"alg\":\"RS256\"," KID("a"), claims));
    expect_taken(sign_token(ed, "{\"alg\":\"EdDSA\"," KID("b"), claims));
    expect_not_taken(sign_token(rsa, "{\"alg\":\"RS256\"," KID("b"), claims));
    expect_not_taken(sign_token(ed, "{\"alg\":\"EdDSA\"," KID("a"), claims));
    expect_not_taken(sign_token(rsa, "{\"alg\":\"RS256\"," KID("c"), claims));
    expect_not_taken(sign_token(rsa, "{\"alg\":\"RS256\"," KID(""), claims));
    expect_not_taken(sign_token(rsa, "{\"alg\":\"RS256\"}", claims));
    finish_keys();
    EVP_PKEY_free(rsa);
    EVP_PKEY_free(ed);
}
END_TEST

START_TEST(warns_and_ends)
{
    start_issuer("HS256", SECRET, "");
    int64_t ends = testkit_now(kit) + 10 * MINUTE + 30000; /* the skew */
    const char *token = sign_token(NULL, "HS256", claims_of("ann", ""));
    struct testkit_client *a =
        testkit_connect(kit, "/custom", .auth = auth_of(token));
    testkit_skip(a);
    testkit_advance(kit, ends - MINUTE - testkit_now(kit));
    testkit_expect(a, "auth:expiring", "{expires:I}", ends);

    /* The next token, without connecting anew. */
    ends = testkit_now(kit) + 10 * MINUTE + 30000;
    ends -= ends % 1000;
    int number = testkit_call(
        a, "auth:token", "{token:s}",
        sign_token(NULL, "HS256", claims_of("ann", ",\"jti\":\"2\"")));
    testkit_expect_ack(a, number, "{user:'idp:ann', expires:I}", ends);
    number = testkit_call(a, "auth:token", "{token:'a.b.c'}");
    testkit_expect_ack(a, number,
                       "{error:{code:'invalid_token', '<more>':true}}");
    testkit_advance(kit, ends - 1 - testkit_now(kit));
    testkit_expect(a, "auth:expiring", "{expires:I}", ends);
    testkit_expect_nothing(a);
    expect_not_taken(token);
    testkit_advance(kit, 1);
    testkit_expect_disconnected(a);
    finish();
}
END_TEST

START_TEST(follows_the_file)
{
    EVP_PKEY *old = new_ec("P-256"), *fresh = new_ec("P-256");
    const char *es = ",\"alg\":\"ES256\"";

    start_jwks(jwks_of(old, es, NULL, ""));
    const char *claims = claims_of("ann", "");
    const char *before = sign_token(old, "ES256", claims);
    const char *after = sign_token(fresh, "ES256", claims);
    struct testkit_client *a =
        testkit_connect(kit, "/custom", .auth = auth_of(before));
    testkit_skip(a);
    expect_not_taken(after);
    write_keys(jwks_of(fresh, es, NULL, ""));
    testkit_advance(kit, 1000);
    testkit_expect_nothing(a);
    expect_not_taken(before); /* although it was known */
    expect_taken(after);
    testkit_expect_log(kit, "issuer idp: 1 keys, read from");

    /* What is no JWKS is said once, and changes nothing. */
    write_keys("{\"keys\":[{");
    testkit_advance(kit, 5000);
    testkit_expect_log(kit, "is no JWKS");
    unlink(key_file);
    testkit_advance(kit, 5000);
    expect_taken(after);
    testkit_expect_nothing(a);
    finish_keys();
    EVP_PKEY_free(old);
    EVP_PKEY_free(fresh);
}
END_TEST

START_TEST(crosses_a_reload)
{
    EVP_PKEY *old = new_ec("P-256"), *fresh = new_ec("P-256");
    const char *es = ",\"alg\":\"ES256\"";

    start_jwks(jwks_of(old, es, NULL, ""));
    int64_t ends = testkit_now(kit) + 10 * MINUTE + 30000;
    const char *claims = claims_of("ann", "");
    const char *before = sign_token(old, "ES256", claims);
    struct testkit_client *a =
        testkit_connect(kit, "/custom", .auth = auth_of(before));
    testkit_skip(a);
    write_keys(jwks_of(fresh, es, NULL, ""));
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, 0);
    expect_not_taken(before);
    expect_taken(sign_token(fresh, "ES256", claims));
    /* And a second time: whom the first one took over. */
    testkit_reload(kit, PLUGIN, "");
    testkit_advance(kit, ends - MINUTE - testkit_now(kit));
    testkit_expect(a, "auth:expiring", "{expires:I}", ends);
    testkit_advance(kit, MINUTE);
    testkit_expect_disconnected(a);
    finish_keys();
    EVP_PKEY_free(old);
    EVP_PKEY_free(fresh);
}
END_TEST

/* Accounts are kept here or there, and none is taken for another. */
START_TEST(has_no_account)
{
    struct tokens ann;

    start_issuer("HS256", SECRET, ", rolesClaim:'roles'");
    sign_up("Ann");
    const char *bearer = bearer_of(
        sign_token(NULL, "HS256", claims_of("ann", ",\"roles\":[\"admin\"]")));
    expect_error(ask("GET /auth/sessions", bearer, NULL), 403,
                 "foreign_account");
    expect_error(ask("GET /auth/export", bearer, NULL), 403, "foreign_account");
    expect_error(ask("POST /auth/logout", bearer, NULL), 403,
                 "foreign_account");
    expect_error(ask("DELETE /auth/me", bearer, NULL), 403, "foreign_account");
    expect_error(ask("POST /auth/password", bearer,
                     "{\"password\":\"x\",\"newPassword\":\"battery st\"}"),
                 403, "foreign_account");
    /* It may sign in to one of ours, and is that one then. */
    struct testkit_client *a = testkit_connect(
        kit, "/custom",
        .auth = auth_of(sign_token(NULL, "HS256", claims_of("bob", ""))));
    testkit_skip(a);
    sign_in(a, "Ann", &ann);
    testkit_advance(kit, 11 * MINUTE); /* the other token has ended */
    testkit_expect_nothing(a);
    testkit_expect_json(kit, ask("POST /auth/logout", ann.bearer, NULL), 200,
                        "{ok:true}");
    testkit_expect(a, "auth:ended", "{code:'signed-out', '<more>':true}");
    finish();
}
END_TEST

/* Checking a signature costs time: whoever sends wrong ones has to wait, and
 * who is known already has not. */
START_TEST(slows_guessing_down)
{
    start_issuer("HS256", SECRET, "");
    const char *known = sign_token(NULL, "HS256", claims_of("ann", ""));
    const char *other = sign_token(NULL, "HS256", claims_of("bob", ""));
    expect_taken(known);
    for (int i = 0; i < 599; i++)
        testkit_request(kit, "GET /auth/me",
                        .headers = "Authorization: Bearer a.b.c");
    /* Each counted once: there is one left. */
    expect_taken(sign_token(NULL, "HS256", claims_of("eve", "")));
    testkit_request(kit, "GET /auth/me",
                    .headers = "Authorization: Bearer a.b.c");
    expect_taken(known);
    expect_not_taken(other);
    testkit_advance(kit, 1000);
    expect_taken(other);
    finish();
}
END_TEST

/* At each allocation in turn: who comes with a token is let in or is not, and
 * keys are the old ones or the new, which are there a second later. */
START_TEST(survives_short_memory)
{
    EVP_PKEY *old = new_ec("P-256"), *fresh = new_ec("P-256");
    const char *es = ",\"alg\":\"ES256\"";
    int failed = 1;

    for (int n = 1; failed; n++) {
        start_jwks(jwks_of(old, es, NULL, ""));
        const char *token = sign_token(old, "ES256", claims_of("ann", ""));
        testkit_fail_allocation(kit, n);
        testkit_try(kit, "/custom", .auth = auth_of(token));
        failed = testkit_allocation_failed(kit);
        write_keys(jwks_of(fresh, es, NULL, ""));
        testkit_fail_allocation(kit, n);
        testkit_advance(kit, 1000);
        failed = failed || testkit_allocation_failed(kit);
        testkit_advance(kit, 1000);
        expect_not_taken(token);
        expect_taken(sign_token(fresh, "ES256", claims_of("ann", "")));
        testkit_fail_allocation(kit, n);
        testkit_request(kit, "GET /auth/me", .headers = bearer_of(token));
        failed = failed || testkit_allocation_failed(kit);
        testkit_skip_log(kit);
        finish_keys();
        ck_assert_int_lt(n, 1000);
    }
    EVP_PKEY_free(old);
    EVP_PKEY_free(fresh);
}
END_TEST

TESTKIT_MAIN("auth/issuers", refuses_keys, refuses_settings, refuses_key_sets,
             chooses_by_kid, warns_and_ends, follows_the_file, crosses_a_reload,
             has_no_account, slows_guessing_down, survives_short_memory)
