#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""keys.py TEMPLATE SERVER OUTPUT: mortise.json(5), with the keys that the
server itself describes in place of @KEYS@."""

import pathlib
import subprocess
import sys


def roff(text):
    return text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")


def rows(table):
    """The cells of each line of a Markdown table below its head."""
    for line in table.splitlines()[2:]:
        cells = line.replace("\\|", "\0").strip("| ").split("|")
        yield [cell.strip().replace("\0", "|") for cell in cells]


def main(template, server, output):
    table = subprocess.run([server, "--describe-config"], check=True,
                           capture_output=True, text=True).stdout
    out = []
    for key, value, default, effect, meaning in rows(table):
        facts = value + (f"; {default}" if default == "(required)" else
                         f"; default {default}" if default else "")
        out += [".TP", f".B {roff(key)}", roff(meaning), ".br",
                roff(f"({facts}; a change takes effect {effect}.)")]
    text = pathlib.Path(template).read_text(encoding="ascii")
    pathlib.Path(output).write_text(text.replace("@KEYS@", "\n".join(out)),
                                    encoding="utf-8")


main(*sys.argv[1:])
