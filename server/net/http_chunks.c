/* SPDX-License-Identifier: MIT */
#include "net/http_parser.h"

#include "base/error.h"
#include "base/hex.h"

/* Nobody we know sends extensions or trailers; these are for whoever might. */
#define SIZE_LINE_MAX 256
#define TRAILERS_MAX  4096

enum chunk_state {
    SIZE_FIRST, /* at least one digit must come */
    SIZE,       /* more digits, or what ends them */
    SIZE_SPACE, /* white space before an extension */
    EXTENSION,  /* up to the end of the line */
    SIZE_LF,
    DATA,
    DATA_CR, /* behind the data */
    DATA_LF,
    TRAILER_FIRST, /* first byte of a trailer line, or of the last line */
    TRAILER_NAME,
    TRAILER, /* behind its colon */
    TRAILER_LF,
    LAST_LF,
    COMPLETE,
};

void http_chunks_init(struct http_chunks *c)
{
    *c = (struct http_chunks){.state = SIZE_FIRST};
}

static bool is_text(char c)
{
    unsigned char u = (unsigned char)c;
    return u == '\t' || (u >= 0x20 && u != 0x7f);
}

/* One byte of the size line behind its first digit; the next state, or
 * ERR_SYNTAX. */
static int size_byte(struct http_chunks *c, char byte)
{
    int digit = c->state == SIZE ? hex_digit(byte) : -1;

    if (digit >= 0) {
        if (c->left > UINT64_MAX >> 4)
            return ERR_SYNTAX;
        c->left = c->left << 4 | (unsigned)digit;
        return SIZE;
    }
    if (byte == '\r')
        return c->state == SIZE_SPACE ? ERR_SYNTAX : SIZE_LF;
    if (c->state == EXTENSION)
        return is_text(byte) ? EXTENSION : ERR_SYNTAX;
    if (byte == ';')
        return EXTENSION;
    return byte == ' ' || byte == '\t' ? SIZE_SPACE : ERR_SYNTAX;
}

/* One byte of the name of a trailer, or the colon behind it. */
static int trailer_name_byte(struct http_chunks *c, char byte, bool colon)
{
    if (++c->line >= TRAILERS_MAX)
        return ERR_SYNTAX;
    if (byte == ':' && colon)
        return TRAILER;
    return http_is_token(str_of(&byte, 1)) ? TRAILER_NAME : ERR_SYNTAX;
}

/* One byte that is not data; the next state, or ERR_SYNTAX. */
static int framing_byte(struct http_chunks *c, char byte)
{
    switch ((enum chunk_state)c->state) {
    case SIZE_FIRST: {
        int digit = hex_digit(byte);
        c->left = (unsigned)digit;
        c->line = 0;
        return digit >= 0 ? SIZE : ERR_SYNTAX;
    }
    case SIZE:
    case SIZE_SPACE:
    case EXTENSION:
        return ++c->line < SIZE_LINE_MAX ? size_byte(c, byte) : ERR_SYNTAX;
    case SIZE_LF:
        c->line = 0;
        if (byte != '\n')
            return ERR_SYNTAX;
        return c->left ? DATA : TRAILER_FIRST;
    case DATA_CR:
        return byte == '\r' ? DATA_LF : ERR_SYNTAX;
    case DATA_LF:
        return byte == '\n' ? SIZE_FIRST : ERR_SYNTAX;
    case TRAILER_FIRST:
        if (byte == '\r')
            return LAST_LF;
        return trailer_name_byte(c, byte, false);
    case TRAILER_NAME:
        return trailer_name_byte(c, byte, true);
    case TRAILER:
        if (++c->line >= TRAILERS_MAX)
            return ERR_SYNTAX;
        if (byte == '\r')
            return TRAILER_LF;
        return is_text(byte) ? TRAILER : ERR_SYNTAX;
    case TRAILER_LF:
        return byte == '\n' ? TRAILER_FIRST : ERR_SYNTAX;
    case LAST_LF:
        return byte == '\n' ? COMPLETE : ERR_SYNTAX;
    case DATA:
    case COMPLETE:
        break;
    }
    return ERR_SYNTAX;
}

int http_chunks_feed(struct http_chunks *c, const char *p, size_t n,
                     size_t *ret_used, struct str *ret_data)
{
    size_t used = 0;
    struct str data = {NULL, 0};

    while (used < n && c->state != DATA && c->state != COMPLETE) {
        int state = framing_byte(c, p[used]);
        if (state < 0)
            return ERR_SYNTAX;
        c->state = (uint32_t)state;
        used++;
    }
    if (c->state == DATA && used < n) {
        size_t have = n - used;
        data = str_of(p + used, c->left < have ? (size_t)c->left : have);
        c->left -= data.n;
        used += data.n;
        if (c->left == 0)
            c->state = DATA_CR;
    }
    *ret_used = used;
    *ret_data = data;
    return c->state == COMPLETE;
}
