/* SPDX-License-Identifier: MIT */
#include "base/log_line.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

#define CUT_MARK "..."
/* Of a plugin, more than one can have. */
#define NAME_MAX_BYTES 128
/* What stands around text and members: time, level, plugin, generation. */
#define AROUND_MAX 320
/* A member with a name of ours gets one byte more, and has 9 at least. */
_Static_assert(AROUND_MAX + LOG_TEXT_MAX + LOG_MEMBERS_MAX * 10 / 9 <=
                   LOG_LINE_MAX,
               "every entry fits into a line");

#define SECONDS_A_DAY    86400
#define DAYS_ERA         146097 /* 400 years */
#define DAYS_BEFORE_1970 719468

static const char digits[] = "0123456789abcdef";

/* A line being written; what does not fit is a mistake of ours. */
struct line {
    char *p;
    size_t n;
};

/* One character of a text, as it is written. */
struct piece {
    char text[8];
    size_t size;
    size_t read; /* bytes of the text that it stands for */
};

const char *log_level_name(enum log_level level)
{
    static const char *const names[] = {
        [LOG_LEVEL_ERROR] = "error",
        [LOG_LEVEL_WARN] = "warn",
        [LOG_LEVEL_INFO] = "info",
        [LOG_LEVEL_DEBUG] = "debug",
    };
    return names[level];
}

/* --- time --- */

static void put_digits(char *to, int64_t number, int count)
{
    while (count-- > 0) {
        to[count] = digits[number % 10];
        number /= 10;
    }
}

/* By hand, because gmtime_r(3) takes a lock. Years begin in March here, so that
 * a leap day is the last of its year; eras begin in each that 400 divides. */
void log_line_time(char to[LOG_TIME_SIZE], int64_t ms)
{
    int64_t seconds = ms / 1000 % SECONDS_A_DAY;
    /* Since the first of March of the year 0. */
    int64_t day = ms / 1000 / SECONDS_A_DAY + DAYS_BEFORE_1970;
    int64_t era = day / DAYS_ERA;

    day %= DAYS_ERA;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153; /* 153 days are five months */
    day -= (153 * month + 2) / 5;
    year += era * 400 + (month >= 10);
    month += month < 10 ? 3 : -9;

    memcpy(to, "0000-00-00T00:00:00.000Z", LOG_TIME_SIZE);
    put_digits(to, year, 4);
    put_digits(to + 5, month, 2);
    put_digits(to + 8, day + 1, 2);
    put_digits(to + 11, seconds / 3600, 2);
    put_digits(to + 14, seconds / 60 % 60, 2);
    put_digits(to + 17, seconds % 60, 2);
    put_digits(to + 20, ms % 1000, 3);
}

/* --- text --- */

unsigned log_line_control(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    unsigned c;

    if (n > 1 && (p[0] & 0xe0) == 0xc0 && (p[1] & 0xc0) == 0x80) {
        c = (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
        return (c >= 0x80 && c < 0xa0) || c == 0x61c ? c : 0;
    }
    if (n < 3 || (p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 ||
        (p[2] & 0xc0) != 0x80)
        return 0;
    c = (p[0] & 0xfU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
    return c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
                   (c >= 0x2066 && c <= 0x2069) || c == 0xfeff
               ? c
               : 0;
}

/*
 * How many bytes at p, of which there are n > 0, are one character that may
 * stand in a log; 0 when the first byte has to be escaped: a control
 * character (C0, DEL and those of log_line_control()) or no UTF-8.
 */
static size_t printable(const char *p, size_t n)
{
    struct utf8 u;
    size_t length = 0;
    unsigned char c = (unsigned char)p[0];

    if (c < 0x80)
        return c >= 0x20 && c != 0x7f;
    if (log_line_control(p, n) != 0)
        return 0;
    utf8_init(&u);
    do {
        if (length == n || utf8_feed(&u, p + length, 1) < 0)
            return 0;
        length++;
    } while (!utf8_complete(&u));
    return length;
}

/* A piece of so many characters, of which the last two are c in hexadecimal. */
static void escape_hex(struct piece *piece, const char *before, unsigned char c)
{
    size_t n = strlen(before);

    memcpy(piece->text, before, n);
    piece->text[n] = digits[c >> 4];
    piece->text[n + 1] = digits[c & 15];
    piece->size = n + 2;
}

/* In JSON a control character is escaped as such; what is not UTF-8 cannot
 * stand there and is given as in text. */
static void escape_json(struct piece *piece, const char *p, size_t n)
{
    unsigned char c = (unsigned char)p[0];
    unsigned control = log_line_control(p, n);
    char before[] = "\\u0000";

    piece->read = 1;
    if (control != 0) {
        before[2] = digits[control >> 12];
        before[3] = digits[control >> 8 & 15];
        before[4] = '\0';
        escape_hex(piece, before, (unsigned char)control);
        piece->read = control < 0x800 ? 2 : 3;
    } else if (c == '\n') {
        memcpy(piece->text, "\\n", piece->size = 2);
    } else if (c < 0x80) {
        escape_hex(piece, "\\u00", c);
    } else {
        escape_hex(piece, "\\\\x", c);
    }
}

static void read_piece(struct piece *piece, const char *p, size_t n, bool json)
{
    piece->read = printable(p, n);
    if (piece->read == 0 && json) {
        escape_json(piece, p, n);
    } else if (piece->read == 0) {
        escape_hex(piece, "\\x", (unsigned char)*p);
        piece->read = 1;
    } else if (json && (*p == '"' || *p == '\\')) {
        piece->text[0] = '\\';
        piece->text[1] = *p;
        piece->size = 2;
    } else {
        memcpy(piece->text, p, piece->size = piece->read);
    }
}

/* Appends a text, escaped, and cut between two characters so that it takes up
 * `max` bytes at most. */
static void put_text(struct line *line, struct str from, size_t max, bool json)
{
    char *to = line->p + line->n;
    size_t length = 0;
    size_t cut = 0; /* where the mark fits, should it be needed */

    for (size_t i = 0; i < from.n;) {
        struct piece piece;
        read_piece(&piece, from.p + i, from.n - i, json);
        if (piece.size > max - length) {
            memcpy(to + cut, CUT_MARK, sizeof(CUT_MARK) - 1);
            length = cut + sizeof(CUT_MARK) - 1;
            break;
        }
        memcpy(to + length, piece.text, piece.size);
        length += piece.size;
        i += piece.read;
        if (length <= max - (sizeof(CUT_MARK) - 1))
            cut = length;
    }
    line->n += length;
}

static void put(struct line *line, struct str s)
{
    memcpy(line->p + line->n, s.p, s.n);
    line->n += s.n;
}

static void put_number(struct line *line, uint32_t number)
{
    int count = 1;

    for (uint32_t rest = number; rest >= 10; rest /= 10)
        count++;
    put_digits(line->p + line->n, number, count);
    line->n += (size_t)count;
}

/* --- members --- */

/* The length of the string that s begins with, with its quotes. */
static size_t string_length(struct str s)
{
    size_t i = 1;

    while (s.p[i] != '"')
        i += s.p[i] == '\\' ? 2 : 1;
    return i + 1;
}

/* That of the value that s begins with, which ends where the next member
 * begins. */
static size_t value_length(struct str s)
{
    int depth = 0;
    size_t i = 0;

    while (i < s.n && (depth > 0 || s.p[i] != ',')) {
        if (s.p[i] == '"') {
            i += string_length(str_of(s.p + i, s.n - i));
            continue;
        }
        depth += s.p[i] == '{' || s.p[i] == '[';
        depth -= s.p[i] == '}' || s.p[i] == ']';
        i++;
    }
    return i;
}

/* Cuts the first member off: its key, with quotes, and its value. */
static void cut_member(struct str *rest, struct str *ret_key,
                       struct str *ret_value)
{
    size_t key = string_length(*rest);
    struct str behind = str_of(rest->p + key + 1, rest->n - key - 1);
    size_t value = value_length(behind);
    size_t comma = value < behind.n;

    *ret_key = str_of(rest->p, key);
    *ret_value = str_of(behind.p, value);
    *rest = str_of(behind.p + value + comma, behind.n - value - comma);
}

/* Whether a key, with its quotes, is one that entries have of their own. */
static bool taken(struct str key)
{
    static const char *const names[] = {"\"time\"", "\"level\"", "\"text\"",
                                        "\"plugin\"", "\"generation\""};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (str_eq(key, str_z(names[i])))
            return true;
    return false;
}

/* A string that needs no quotes, without them; else what it was given. */
static struct str bare(struct str value)
{
    if (value.n <= 2 || value.p[0] != '"')
        return value;
    struct str inside = str_of(value.p + 1, value.n - 2);
    for (size_t i = 0; i < inside.n; i++)
        if (memchr(" =\"\\", inside.p[i], 4))
            return value;
    return inside;
}

static void put_members_text(struct line *line, struct str members)
{
    struct str key, value;

    while (members.n > 0) {
        cut_member(&members, &key, &value);
        put(line, taken(key) ? STR(" _") : STR(" "));
        put(line, bare(key));
        put(line, STR("="));
        put(line, bare(value));
    }
}

static void put_members_json(struct line *line, struct str members)
{
    struct str key, value;

    while (members.n > 0) {
        cut_member(&members, &key, &value);
        put(line, taken(key) ? STR(",\"_") : STR(",\""));
        put(line, str_of(key.p + 1, key.n - 1));
        put(line, STR(":"));
        put(line, value);
    }
}

/* --- lines --- */

size_t log_line_text(char to[LOG_LINE_MAX], const struct log_entry *entry)
{
    const struct log_fields *fields = entry->fields;
    struct line line = {to, 0};

    if (fields && fields->plugin) {
        put(&line, STR("plugin "));
        put_text(&line, str_z(fields->plugin), NAME_MAX_BYTES, false);
        put(&line, STR("#"));
        put_number(&line, fields->generation);
        put(&line, STR(": "));
    }
    put_text(&line, entry->text, LOG_TEXT_MAX - line.n, false);
    if (fields)
        put_members_text(&line, fields->members);
    assert(line.n < LOG_LINE_MAX);
    to[line.n] = '\0';
    return line.n;
}

static void put_time(struct line *line, int64_t time)
{
    char text[LOG_TIME_SIZE];

    log_line_time(text, time);
    put(line, STR("\"time\":\""));
    put(line, str_of(text, LOG_TIME_SIZE - 1));
    put(line, STR("\","));
}

size_t log_line_json(char to[LOG_LINE_MAX], const struct log_entry *entry,
                     int64_t time)
{
    const struct log_fields *fields = entry->fields;
    struct line line = {to, 0};

    put(&line, STR("{"));
    put_time(&line, time);
    put(&line, STR("\"level\":\""));
    put(&line, str_z(log_level_name(entry->level)));
    if (fields && fields->plugin) {
        put(&line, STR("\",\"plugin\":\""));
        put_text(&line, str_z(fields->plugin), NAME_MAX_BYTES, true);
        put(&line, STR("\",\"generation\":"));
        put_number(&line, fields->generation);
        put(&line, STR(",\"text\":\""));
    } else {
        put(&line, STR("\",\"text\":\""));
    }
    put_text(&line, entry->text, LOG_TEXT_MAX, true);
    put(&line, STR("\""));
    if (fields)
        put_members_json(&line, fields->members);
    put(&line, STR("}"));
    assert(line.n < LOG_LINE_MAX);
    return line.n;
}
