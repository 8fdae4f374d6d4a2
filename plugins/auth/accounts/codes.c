/* SPDX-License-Identifier: MIT */
#include "accounts/codes.h"

#include <stdio.h>
#include <string.h>

#include <mortise/services.h>
#include <sodium.h>

#include "options.h"
#include "record.h"

/* Without 0, 1, I and O. */
static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

enum { LETTERS = sizeof(letters) - 1, HALF = 4, TEXT_SIZE = 64 };

void code_new(char ret[static CODE_SIZE])
{
    for (int i = 0; i < CODE_SIZE - 1; i++)
        ret[i] = i == HALF ? '-' : letters[randombytes_uniform(LETTERS)];
    ret[CODE_SIZE - 1] = '\0';
}

bool code_read(const char *text, char ret[static CODE_SIZE])
{
    char code[CODE_SIZE] = "";
    int n = 0;

    for (; *text; text++) {
        char c =
            *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        if (c == ' ' || c == '-')
            continue;
        if (!strchr(letters, c) || n == CODE_SIZE - 1)
            return false;
        code[n++] = c;
        if (n == HALF)
            code[n++] = '-';
    }
    if (n != CODE_SIZE - 1)
        return false;
    memcpy(ret, code, CODE_SIZE);
    return true;
}

/* What is hashed: a code is good for one thing and one user. */
static void text_of(const char *kind, const char *user, const char *code,
                    char ret[static TEXT_SIZE])
{
    snprintf(ret, TEXT_SIZE, "%s:%s:%s", kind, user, code);
}

void code_hash(const char *kind, const char *user, const char *code,
               char ret[static HASH_TEXT_SIZE])
{
    char text[TEXT_SIZE];

    text_of(kind, user, code, text);
    tokens_hash(text, ret);
    sodium_memzero(text, sizeof(text));
}

bool code_matches(const char *hash, const char *kind, const char *user,
                  const char *code)
{
    char text[TEXT_SIZE];

    text_of(kind, user, code, text);
    bool matches = tokens_match(hash, text);
    sodium_memzero(text, sizeof(text));
    return matches;
}

/* --- delivering */

/* Nobody offers to. */
static void keep(const char *kind, const char *whose, const char *code)
{
    static bool complained;

    if (options.development)
        mortise_log(MORTISE_INFO,
                    "the code (%s) of %s is %s: nobody delivers it, this is "
                    "development",
                    kind, whose, code);
    else if (!complained)
        mortise_log(MORTISE_ERROR,
                    "codes are asked for, and no plugin offers \"auth.deliver\""
                    ", version 1: nobody gets theirs");
    complained = true;
}

void code_deliver(const char *kind, mortise_str record)
{
    const char *name = record_text(record, FIELD_NAME);
    const char *email = record_text(record, FIELD_EMAIL);
    const char *user = record_text(record, FIELD_USER);
    const char *code = record_text(record, FIELD_CODE);
    mortise_value answer = NULL;
    int error =
        mortise_ask(&answer, "auth.deliver", 1,
                    "{kind:s, user:s, name:s, email:s, code:s, expires:I}",
                    kind, user, name[0] ? name : NULL, email[0] ? email : NULL,
                    code, record_int(record, FIELD_CODE_ENDS));

    if (error == MORTISE_ENOENT || error == MORTISE_ENOSYS)
        keep(kind, name[0] ? name : email, code);
    else if (error != 0 || !mortise_bool(answer, 1))
        mortise_log(MORTISE_WARN, "a code (%s) was not delivered to user %s",
                    kind, user);
}
