/* SPDX-License-Identifier: MIT */
/* Names and addresses that would pass for somebody else's. */
#include "test/test_auth.h"

#define NAME  "{name:s, password:s}"
#define EMAIL "{email:s, password:s}"

static int sign_up_as(const char *format, const char *text)
{
    return ask("POST /auth/register", NULL,
               testkit_json(kit, format, text, PASSWORD));
}

/* Each looks like "annette", or is nothing at all. */
static const char *const lookalikes[] = {
    "\xd0\xb0nnette",         /* Cyrillic a */
    "ann\xd0\xb5tt\xd0\xb5",  /* Cyrillic e */
    "\xce\xb1nnette",         /* Greek alpha */
    "\xef\xbd\x81nnette",     /* fullwidth */
    "\xf0\x9d\x90\x9annette", /* mathematical bold a */
    "ann\xe2\x80\x8b"
    "ette", /* zero-width space */
    "ann\xe2\x80\x8d"
    "ette", /* zero-width joiner */
    "\xef\xbb\xbf"
    "annette", /* byte order mark */
    "\xe2\x80\xae"
    "ettenna",         /* right to left */
    "annette\xcc\x81", /* combining accent */
    "ann\xc3\xa9tte",  /* Latin-1 */
    "ann\xc2\xad"
    "ette",            /* soft hyphen */
    "annette\xc2\xa0", /* no-break space */
    "annette ",
    " annette",
    "ann ette",
    "annette\t",
    "annette\n",
    "annette.",
    "annette..",
    ".annette",
    "-annette",
    "_annette",
    "annette\x7f",
};

START_TEST(names_are_ascii)
{
    start_with("");
    sign_up("annette");
    for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++)
        expect_error(sign_up_as(NAME, lookalikes[i]), 422, "bad_name");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    /* None of them is the one that there is, either. */
    for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++)
        expect_error(ask("POST /auth/login", NULL,
                         testkit_json(kit, "{login:s, password:s}",
                                      lookalikes[i], PASSWORD)),
                     401, "wrong_login");
    finish();
}
END_TEST

/* A NUL, which cuts a text of C, cuts nothing here. */
START_TEST(names_are_not_cut)
{
    start_with("");
    sign_up("annette");
    expect_error(ask("POST /auth/register", NULL,
                     "{\"name\":\"annette\\u0000x\",\"password\":\"" PASSWORD
                     "\"}"),
                 422, "bad_name");
    expect_error(ask("POST /auth/login", NULL,
                     "{\"login\":\"annette\\u0000\",\"password\":\"" PASSWORD
                     "\"}"),
                 401, "wrong_login");
    finish();
}
END_TEST

START_TEST(names_have_no_case)
{
    static const char *const same[] = {"annette", "ANNETTE", "aNNeTTe"};

    start_with("");
    sign_up("Annette");
    for (int i = 0; i < 3; i++)
        expect_error(sign_up_as(NAME, same[i]), 409, "name_taken");
    /* These are other names, and everybody can see that. */
    static const char *const others[] = {"Annette_", "Annette-", "Ann.ette",
                                         "Ann_ette", "0Annette"};
    for (int i = 0; i < 5; i++)
        sign_up(others[i]);
    ck_assert_str_eq(select_text("SELECT name FROM users ORDER BY login"),
                     "0Annette");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "6");
    finish();
}
END_TEST

static const char *const addresses[] = {
    "\xd0\xb0nn@example.org",     /* Cyrillic a */
    "ann@ex\xd0\xb0mple.org",     /* the same in the domain */
    "ann@\xef\xbd\x85xample.org", /* fullwidth */
    "ann\xef\xbc\xa0"
    "example.org",                 /* fullwidth @ */
    "ann\xe2\x80\x8b@example.org", /* zero-width space */
    "ann@example\xe3\x80\x82org",  /* ideographic full stop */
    "ann@\xd1\x96"
    "d.org",
    " ann@example.org",
    "ann@example.org ",
    "ann @example.org",
    "ann@ example.org",
    "ann@example.org.",
    "ann@.example.org",
    "ann@example..org",
    "ann.@example.org",
    ".ann@example.org",
    "a..nn@example.org",
    "ann@example.org\n",
    "ann@@example.org",
    "ann@a@example.org",
    "@example.org",
    "\"ann\"@example.org",
    "ann@[127.0.0.1]",
    "ann@-example.org",
    "ann@example.org-",
    "ann@example.org\r\nBcc: bob@example.org",
    "ann@example.org,bob@example.org",
};

START_TEST(addresses_are_ascii)
{
    start_with("");
    testkit_expect_json(kit, sign_up_as(EMAIL, "Ann@Example.ORG"), 201,
                        "{'<more>':true}");
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
        expect_error(sign_up_as(EMAIL, addresses[i]), 422, "bad_email");
    expect_error(sign_up_as(EMAIL, "aNN@eXAMPLE.org"), 409, "email_taken");
    ck_assert_str_eq(select_text("SELECT email FROM users"), "ann@example.org");
    ck_assert_str_eq(select_text("SELECT count(*) FROM users"), "1");
    finish();
}
END_TEST

/* One that was made when names could still end with a dot. */
START_TEST(old_names_still_sign_in)
{
    start_with("");
    sign_up("annette");
    select_text("UPDATE users SET name = 'annette.', login = 'annette.'");
    struct testkit_client *a = join(NULL);
    testkit_expect_ack(a, login_over(a, "Annette.", PASSWORD),
                       "{user:{name:'annette.', '<more>':true}, "
                       "'<more>':true}");
    finish();
}
END_TEST

/* What guests are called is nobody's name, in whatever case. */
START_TEST(names_are_no_guests)
{
    static const char *const taken[] = {"guest-4f2a91", "guest-", "Guest-Ann",
                                        "GUEST-1"};

    start_with("");
    for (int i = 0; i < 4; i++)
        expect_error(sign_up_as(NAME, taken[i]), 422, "bad_name");
    sign_up("guest");
    sign_up("guest4f2a91");
    sign_up("guests-");
    finish();
}
END_TEST

/* As the game and the chat make it, of who has no name, of the same id. */
static const char *digits_of(const char *user)
{
    uint64_t hash = 14695981039346656037u;
    static char digits[16];

    for (; *user; user++)
        hash = (hash ^ (unsigned char)*user) * 1099511628211u;
    snprintf(digits, sizeof(digits), "guest-%06x",
             (unsigned)((hash ^ hash >> 32) & 0xffffff));
    return digits;
}

static const char *header_of(int number, char ret[static 96])
{
    const char *cookie = testkit_response_header(kit, number, "Set-Cookie");

    ck_assert_int_eq(sscanf(cookie, "mortise_access=%63[^;]",
                            ret + snprintf(ret, 96, "Authorization: Bearer ")),
                     1);
    return ret;
}

START_TEST(guests_are_called_something)
{
    char config[512], display[16], headers[96], user[32];

    make_folder();
    snprintf(config, sizeof(config),
             "{plugins:[{name:'auth', path:s, settings:{%s}}, "
             "{name:'mailer', path:s}, {name:'echo', path:s}]}",
             SETTINGS);
    kit = testkit_start(config, PLUGIN, database, MAILER, ECHO);
    int number = ask("POST /auth/guest", NULL, "{\"cookie\":true}");
    snprintf(user, sizeof(user), "%s", select_text("SELECT id FROM users"));
    snprintf(display, sizeof(display), "%s", digits_of(user));
    testkit_expect_json(kit, number, 200,
                        "{user:{id:s, name:null, display:s, guest:true, "
                        "'<more>':true}, '<more>':true}",
                        user, display);
    struct testkit_client *asks = join(NULL);
    testkit_expect_ack(asks, testkit_call(asks, "profile", "s", user),
                       "{id:s, name:s, guest:true}", user, display);
    header_of(number, headers);
    testkit_expect_json(kit, ask("GET /auth/me", headers, NULL), 200,
                        "{user:{name:null, display:s, '<more>':true}}",
                        display);
    testkit_expect_json(kit, ask("GET /auth/export", headers, NULL), 200,
                        "{user:{name:null, display:s, '<more>':true}, "
                        "'<more>':true}",
                        display);
    /* With a name of their own they are called by it. */
    testkit_expect_json(
        kit,
        ask("POST /auth/register", headers,
            testkit_json(kit, NAME, "Ann", PASSWORD)),
        201,
        "{user:{id:s, name:'Ann', display:'Ann', '<more>':true}, "
        "'<more>':true}",
        user);
    finish();
}
END_TEST

TESTKIT_MAIN("auth/names", names_are_ascii, names_are_not_cut,
             names_have_no_case, addresses_are_ascii, old_names_still_sign_in,
             names_are_no_guests, guests_are_called_something)
