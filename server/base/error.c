/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stddef.h>

const char *error_text(int error)
{
    switch (error) {
    case 0:
        return "success";
#define ERROR_TEXT(name, number, text)                                         \
    case ERR_##name:                                                           \
        return text;
        ERROR_MAP(ERROR_TEXT)
#undef ERROR_TEXT
    }
    return "unknown error";
}

const char *error_name(int error)
{
    switch (error) {
    case 0:
        return "OK";
#define ERROR_NAME(name, number, text)                                         \
    case ERR_##name:                                                           \
        return #name;
        ERROR_MAP(ERROR_NAME)
#undef ERROR_NAME
    }
    return "UNKNOWN";
}
