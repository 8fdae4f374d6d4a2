/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include <mortise/memory.h>
#include <mortise/settings.h>
#include <sodium.h>

#include "front/forgets.h"
#include "issuers/issuers.h"
#include "rights/roles.h"

struct options options;

enum { SECRET_MIN = 32, SECOND = 1000, HOUR = 3600, DAY = 24 * HOUR };

/* In the order of enum policy. */
static const char *const policies[] = {"many", "replace", "refuse", NULL};

/* As it stands in the example configuration: known to everybody. */
static const char example_secret[] =
    "change-me: 32 or more characters from a random source";

/* Objects within the settings are optional, and their keys checked too. */
static mortise_value section(mortise_value settings, const char *key)
{
    return mortise_setting_value(settings, key, MORTISE_OBJECT);
}

/* `what` names it in the log. */
static int check_secret(const char *secret, const char *what,
                        char ret[static SECRET_SIZE])
{
    size_t n = strlen(secret);
    const char *wrong = NULL;

    if (n == 0)
        wrong = "is not there";
    else if (strcmp(secret, example_secret) == 0)
        wrong = "is the one of the example";
    else if (n < SECRET_MIN)
        wrong = "has fewer than 32 characters";
    else if (n >= SECRET_SIZE)
        wrong = "has more than 128 characters";
    if (wrong && (!options.development || n >= SECRET_SIZE)) {
        mortise_log(MORTISE_ERROR,
                    "%s %s; `openssl rand -base64 48` makes one "
                    "(\"development\": true goes without)",
                    what, wrong);
        return MORTISE_EINVAL;
    }
    if (wrong)
        mortise_log(MORTISE_INFO, "%s %s: for development only", what, wrong);
    snprintf(ret, SECRET_SIZE, "%s", n > 0 ? secret : "development");
    return 0;
}

static int read_secrets(mortise_value settings)
{
    mortise_value old =
        mortise_setting_value(settings, "oldSecrets", MORTISE_ARRAY);
    uint32_t n = mortise_count(old);
    int error = check_secret(mortise_setting_text(settings, "secret", ""),
                             "\"secret\"", options.secret);
    char what[32];

    if (n > OLD_SECRETS_MAX) {
        mortise_log(MORTISE_ERROR, "\"oldSecrets\" has more than %d",
                    OLD_SECRETS_MAX);
        return MORTISE_EINVAL;
    }
    for (uint32_t i = 0; i < n; i++) {
        snprintf(what, sizeof(what), "\"oldSecrets\"[%u]", i);
        int wrong = check_secret(mortise_text(mortise_at(old, i), ""), what,
                                 options.old_secrets[i]);
        error = error != 0 ? error : wrong;
    }
    options.old_secret_count = n;
    return error;
}

static int read_gate(struct gate *gate, const char *pattern, const char *who)
{
    static const char *const words[] = {"anyone", "guest", "user"};

    for (int i = 0; i < 3; i++) {
        if (strcmp(who, words[i]) == 0) {
            gate->admit = (enum admit)i;
            gate->pattern = mortise_strdup(pattern);
            return gate->pattern ? 0 : MORTISE_ENOMEM;
        }
    }
    if (strncmp(who, "role:", 5) != 0 || who[5] == '\0' ||
        strchr(who, ' ') != NULL) {
        mortise_log(MORTISE_ERROR,
                    "namespace %s: \"%s\" is none of \"anyone\", \"guest\", "
                    "\"user\" and \"role:NAME\"",
                    pattern, who);
        return MORTISE_EINVAL;
    }
    gate->admit = ADMIT_ROLE;
    gate->pattern = mortise_strdup(pattern);
    gate->role = mortise_strdup(who + 5);
    return gate->pattern && gate->role ? 0 : MORTISE_ENOMEM;
}

static int read_gates(mortise_value settings)
{
    mortise_value spaces = section(settings, "namespaces");
    uint32_t n = mortise_count(spaces);
    int first_error = 0;

    options.gates = n > 0 ? mortise_alloc(n * sizeof(struct gate)) : NULL;
    if (n > 0 && !options.gates)
        return MORTISE_ENOMEM;
    for (options.gate_count = 0; options.gate_count < n;) {
        uint32_t i = options.gate_count++;
        int error = read_gate(&options.gates[i], mortise_key_at(spaces, i),
                              mortise_text(mortise_at(spaces, i), ""));
        if (first_error == 0)
            first_error = error;
    }
    int error =
        read_gate(&options.otherwise, "otherwise",
                  mortise_setting_text(settings, "otherwise", "anyone"));
    return first_error != 0 ? first_error : error;
}

static void read_rates(mortise_value settings)
{
    static const struct {
        const char *key;
        double a_minute;
    } rates[RATE_COUNT] = {
        [RATE_LOGIN] = {"login", 20},      [RATE_REGISTER] = {"register", 6},
        [RATE_GUEST] = {"guest", 20},      [RATE_REFRESH] = {"refresh", 60},
        [RATE_PASSWORD] = {"password", 6}, [RATE_RESET] = {"reset", 6},
        [RATE_TOKEN] = {"token", 600},     [RATE_OTHER] = {"other", 240},
    };
    mortise_value here = section(settings, "ratesPerMinute");

    for (int i = 0; i < RATE_COUNT; i++)
        options.rates[i] = mortise_setting_number(here, rates[i].key,
                                                  rates[i].a_minute, 0.1, 1e6);
    if (here)
        mortise_settings_done(here);
}

static void read_passwords(mortise_value settings)
{
    mortise_value here = section(settings, "passwords");
    /* 8 MiB is little; tests have no time for more. */
    int64_t least = options.development ? 8 : 8 * 1024;

    options.memory =
        mortise_setting_int(here, "memoryKiB", 19 * 1024, least, 4 << 20);
    options.passes = mortise_setting_int(here, "passes", 2, 1, 100);
    options.password_min = mortise_setting_int(here, "min", 8, 8, 64);
    options.password_max = mortise_setting_int(here, "max", 128, 64, 512);
    if (here)
        mortise_settings_done(here);
}

static void read_sessions(mortise_value settings)
{
    mortise_value here = section(settings, "sessions");

    options.access_ms =
        mortise_setting_int(here, "accessSeconds", 900, 5, DAY) * SECOND;
    options.warn_ms =
        mortise_setting_int(here, "warnSeconds", 60, 1, 3600) * SECOND;
    options.refresh_ms =
        mortise_setting_int(here, "refreshDays", 30, 1, 365) * DAY * SECOND;
    options.repeat_ms =
        mortise_setting_int(here, "repeatSeconds", 10, 0, 60) * SECOND;
    options.brief_ms =
        mortise_setting_int(here, "briefHours", 24, 1, 720) * HOUR * SECOND;
    options.sessions_per_user = mortise_setting_int(here, "perUser", 20, 1, 50);
    options.sessions_policy = (enum policy)mortise_setting_choice(
        here, "policy", policies, POLICY_MANY);
    options.sessions_max = mortise_setting_int(here, "max", 100000, 10, 200000);
    if (here)
        mortise_settings_done(here);
}

static void read_codes(mortise_value settings)
{
    mortise_value here = section(settings, "codes");

    options.code_ms =
        mortise_setting_int(here, "minutes", 30, 1, 24 * 60) * 60 * SECOND;
    options.code_tries = mortise_setting_int(here, "tries", 5, 1, 20);
    options.codes_an_hour = mortise_setting_int(here, "perHour", 3, 1, 20);
    if (here)
        mortise_settings_done(here);
}

static void read_sockets(mortise_value settings)
{
    mortise_value here = section(settings, "sockets");

    options.sockets_policy = (enum policy)mortise_setting_choice(
        here, "policy", policies, POLICY_MANY);
    if (here)
        mortise_settings_done(here);
}

static void read_lockout(mortise_value settings)
{
    mortise_value here = section(settings, "lockout");

    options.tries = mortise_setting_int(here, "tries", 5, 1, 1000);
    options.address_tries =
        mortise_setting_int(here, "addressTries", 50, 1, 100000);
    options.delay_ms =
        mortise_setting_int(here, "seconds", 2, 1, 3600) * SECOND;
    options.delay_max_ms =
        mortise_setting_int(here, "secondsMax", 900, 1, DAY) * SECOND;
    if (here)
        mortise_settings_done(here);
}

static int copy_texts(mortise_value settings)
{
    const char *file = mortise_setting_text(settings, "database", "auth.db");

    options.database = mortise_strdup(file);
    if (!options.development && file[0] != '/')
        mortise_log(MORTISE_WARN,
                    "\"database\" is \"%s\": who starts the server, or gives "
                    "an order without it, in another folder has another file; "
                    "better begin it with a /",
                    file);
    return options.database ? 0 : MORTISE_ENOMEM;
}

int options_read(mortise_value settings)
{
    int first_error, error;

    options.development = mortise_setting_bool(settings, "development", 0);
    options.guests = mortise_setting_bool(settings, "guests", 1);
    options.secure_cookies =
        mortise_setting_bool(settings, "secureCookies", !options.development);
    options.cookie_tokens = mortise_setting_bool(settings, "cookieTokens", 1);
    options.audit_ms =
        mortise_setting_int(settings, "auditDays", 90, 1, 3650) * DAY * SECOND;
    options.guest_ms =
        mortise_setting_int(settings, "guestDays", 90, 0, 3650) * DAY * SECOND;
    read_passwords(settings);
    read_sessions(settings);
    read_codes(settings);
    read_sockets(settings);
    read_lockout(settings);
    read_rates(settings);
    first_error = copy_texts(settings);
    if ((error = read_secrets(settings)) != 0 && first_error == 0)
        first_error = error;
    if ((error = read_gates(settings)) != 0 && first_error == 0)
        first_error = error;
    if ((error = forgets_read(settings)) != 0 && first_error == 0)
        first_error = error;
    if ((error = issuers_read(settings)) != 0 && first_error == 0)
        first_error = error;
    if ((error = roles_read(settings)) != 0 && first_error == 0)
        first_error = error;
    error = settings ? mortise_settings_done(settings) : 0;
    return first_error != 0 ? first_error : error;
}

const struct gate *options_gate(const char *name_space)
{
    for (uint32_t i = 0; i < options.gate_count; i++)
        if (fnmatch(options.gates[i].pattern, name_space,
                    FNM_PATHNAME | FNM_NOESCAPE) == 0)
            return &options.gates[i];
    return &options.otherwise;
}

static void gate_free(struct gate *gate)
{
    mortise_free(gate->pattern);
    mortise_free(gate->role);
}

void options_free(void)
{
    for (uint32_t i = 0; i < options.gate_count; i++)
        gate_free(&options.gates[i]);
    gate_free(&options.otherwise);
    issuers_free();
    mortise_free(options.gates);
    mortise_free(options.database);
    roles_free();
    sodium_memzero(&options, sizeof(options));
}
