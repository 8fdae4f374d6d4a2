/* SPDX-License-Identifier: MIT */
/* A plugin that keeps its state over a reload; BUILD is which of two it is. */
#include <string.h>

#include <mortise/settings.h>
#include <mortise/state.h>

static int64_t count;
static char word[64] = "none";
static int here; /* calls to this build: nobody saves it */

static void take_word(const char *from)
{
    size_t n = strnlen(from, sizeof(word) - 1);
    memmove(word, from, n);
    word[n] = '\0';
}

/* Counts, and says so. */
static void on_add(mortise_socket from, const mortise_event *event)
{
    take_word(mortise_text(mortise_arg(event, 0), word));
    here++;
    mortise_ack(event, "{build:i, count:I, word:s, here:i}", BUILD, ++count,
                word, here);
}

static void on_soon(mortise_socket from, const mortise_event *event)
{
    mortise_after("later", 1000, 0, from);
}

static void on_later(mortise_socket none, const mortise_event *event)
{
    mortise_emit(mortise_to(event->cookie), "later", "i, I", BUILD, count);
}

static int init(mortise_value settings)
{
    if (mortise_setting_bool(settings, "refuse", 0))
        return -3;
    take_word(mortise_setting_text(settings, "word", word));
    return mortise_settings_done(settings);
}

static void fini(void)
{
    mortise_log(MORTISE_INFO, "goes with %d", here);
}

static int save(mortise_saving to)
{
    if (strcmp(word, "secret") == 0)
        return -5;
    mortise_save_int(to, "count", count);
    mortise_save_open(to, "word");
    mortise_save_text(to, "text", word);
    mortise_save_close(to);
    return 0;
}

static int restore(uint32_t version, mortise_saved from)
{
    if (version > 1) {
        mortise_log(MORTISE_ERROR, "version %u is not known yet", version);
        return -4;
    }
    count = mortise_saved_int(from, "count", 100);
    take_word(
        mortise_saved_text(mortise_saved_next(from, "word"), "text", "?"));
    return 0;
}

static const mortise_state state =
    MORTISE_STATE(.version = 1, .save = save, .restore = restore);
static const mortise_handler handlers[] = {{"add", on_add}, {"soon", on_soon}};
static const mortise_handler timers[] = {{"later", on_later}};

MORTISE_PLUGIN("keeper", "1.0.0", .init = init, .fini = fini,
               .handlers = MORTISE_TABLE(handlers),
               .timers = MORTISE_TABLE(timers), .state = &state);
