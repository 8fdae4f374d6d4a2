#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""embed.py OUTPUT INPUT...: a C file with the texts of the templates.

The name of each is its file's without ".in".
"""

import pathlib
import sys


def literal(line):
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n")):
        line = line.replace(char, escaped)
    return f'    "{line}"'


def main(output, *inputs):
    out = ['#include "tools/templates.h"', ""]
    rows = []
    for number, path in enumerate(map(pathlib.Path, inputs)):
        text = path.read_text(encoding="ascii")
        lines = "\n".join(map(literal, text.splitlines(keepends=True)))
        out.append(f"static const char text_{number}[] =\n{lines};\n")
        rows.append(f'    {{"{path.stem}", text_{number}}},')
    rows.append("    {0, 0},")
    out.append("\n".join(["const struct template templates[] = {", *rows,
                          "};", ""]))
    pathlib.Path(output).write_text("\n".join(out), encoding="ascii")


main(*sys.argv[1:])
