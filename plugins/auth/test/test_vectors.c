/* SPDX-License-Identifier: MIT */
/* Keys and signatures as the RFCs print them. */
#include <string.h>

#include <mortise/memory.h>
#include <mortise/testkit.h>
#include <sodium.h>

#include "issuers/jwk.h"

/* --- a host that has memory */

static void *take(mortise_host host, size_t size)
{
    return calloc(1, size ? size : 1);
}

static void *resize(mortise_host host, void *block, size_t size)
{
    return realloc(block, size);
}

static void release(mortise_host host, void *block)
{
    free(block);
}

static const struct mortise_memory_table memory = {
    .size = sizeof(memory),
    .alloc = take,
    .resize = resize,
    .release = release,
};

static const void *extension(mortise_host host, const char *id)
{
    return strcmp(id, "mortise.memory/1") == 0 ? &memory : NULL;
}

static const struct mortise_host_table table = {
    .size = sizeof(table),
    .extension = extension,
};

mortise_host mortise_the_host = &table;

/* --- */

static bool verifies(const char *jwk, const char *token)
{
    const char *end = strrchr(token, '.'), *left_out = NULL;
    json_t *json = json_loads(jwk, JSON_REJECT_DUPLICATES, NULL);
    unsigned char signature[KEY_NUMBER_MAX];
    struct key key = {0};
    size_t n;
    bool fits, spoilt;

    ck_assert_ptr_null(jwk_read(json, ALGORITHM_NONE, &key, &left_out));
    ck_assert_ptr_null(left_out);
    ck_assert_int_eq(
        sodium_base642bin(signature, sizeof(signature), end + 1,
                          strlen(end + 1), NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING),
        0);
    fits = key_verify(&key, token, (size_t)(end - token), signature, n);
    signature[n / 2] ^= 1;
    spoilt = key_verify(&key, token, (size_t)(end - token), signature, n);
    signature[n / 2] ^= 1;
    spoilt = spoilt ||
             key_verify(&key, token, (size_t)(end - token), signature, n - 1) ||
             key_verify(&key, token, (size_t)(end - token) - 1, signature, n);
    key_free(&key);
    json_decref(json);
    return fits && !spoilt;
}

#define JOE                                                                    \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"         \
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

/* RFC 7515, A.1 */
START_TEST(hs256)
{
    ck_assert(verifies(
        "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzK"
        "ObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow\"}",
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." JOE
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
}
END_TEST

/* RFC 7515, A.2 */
START_TEST(rs256)
{
    ck_assert(verifies(
        "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"e\":\"AQAB\",\"n\":"
        "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Va"
        "w-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690"
        "r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UT"
        "o7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXF"
        "vUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}",
        "eyJhbGciOiJSUzI1NiJ9." JOE
        ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHI"
        "m4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB-"
        "-f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383L"
        "cOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEU"
        "ipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
}
END_TEST

/* RFC 7515, A.3 */
START_TEST(es256)
{
    ck_assert(verifies(
        "{\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":\"P-256\","
        "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
        "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
        "eyJhbGciOiJFUzI1NiJ9." JOE
        ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQx"
        "fKTUJqPP3-Kg6NU1Q"));
}
END_TEST

/* RFC 8037, A.2 and A.4 */
START_TEST(eddsa)
{
    ck_assert(verifies(
        "{\"kty\":\"OKP\",\"alg\":\"EdDSA\",\"crv\":\"Ed25519\","
        "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt"
        "9g7sVvpAr_MuM0KAg"));
}
END_TEST

TESTKIT_MAIN("auth/vectors", hs256, rs256, es256, eddsa)
