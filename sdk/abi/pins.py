#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The pins of the ABI: pins/NAME.c for each mortise/NAME.h.

    sdk/abi/pins.py             which member, type or constant has no pin
    sdk/abi/pins.py --update    writes the pins as the headers are now

What a pin says is taken from the compiler, out of the debugging information
(readelf reads it), constants and macros included. An update prints what it
changes: a "+" is new, and all that may happen to what has been released; "!"
and "-" are a break.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

SDK = pathlib.Path(__file__).resolve().parents[1]
PINS = SDK / "abi/pins"
# testkit.h is for tests, which are linked with what they were compiled with.
HEADERS = sorted(path.stem for path in (SDK / "mortise").glob("*.h")
                 if path.name != "testkit.h")
DEBUG = ["-std=gnu11", "-O0", "-gdwarf-4", "-fno-eliminate-unused-debug-types"]
SHORT = {"const struct mortise_host_table *": "host",
         "const struct mortise_event *": "event",
         "const struct mortise_value_ *": "value",
         "struct mortise_list_ *": "list"}
# In which order they are written.
ORDER = {"PIN_ID": 0, "PIN_TYPE": 1, "PIN_SIZE": 2, "PIN_SIZE_MIN": 2, "PIN": 2,
         "PIN_VALUE": 3, "PIN_TEXT": 4}
# Grows with each addition, which is what it is for.
GROWS = {"MORTISE_ABI_MINOR"}

ENTRY = re.compile(r" <(\d+)><([0-9a-f]+)>: .*\((DW_TAG_\w+)\)")
ATTRIBUTE = re.compile(r"    <[0-9a-f]+> +DW_AT_(\w+) *: (.*)")
FILE = re.compile(r"  (\d+)\t(\d+)\t\d+\t\d+\t(\S+)$")
MACRO = re.compile(r"#define (MORTISE_\w*[A-Z0-9]) (.+)")
TEXT = re.compile(r'(?:"[^"]*"\s*)+$')
NUMBER = re.compile(r"[-+~|()<>\s]*\d[-+~|()<>\sxXa-fA-F\duUlL]*$")
TABLE_ID = re.compile(r'^MORTISE_EXTENSION_\((\w+),\s*("[^"]+")\)', re.M)
STRUCT = re.compile(r"^(?:typedef )?struct (\w+) \{", re.M)
PIN = re.compile(r"^(PIN\w*)\((.*?)\);$", re.M | re.S)


def run(*command):
    done = subprocess.run([str(part) for part in command],
                          capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


class Die:
    """An entry of the debugging information, and those inside of it."""

    def __init__(self, tag):
        self.tag = tag.removeprefix("DW_TAG_")
        self.inside = []
        self.said = {}

    def __getattr__(self, name):
        return self.said.get(name)

    def number(self, name):
        return int(self.said[name].split()[0], 0)


def read_dies(lines):
    """Those at the top, in their order; all of them by their place."""
    above, places = [Die("DW_TAG_nothing")], {}
    for line in lines:
        if match := ENTRY.match(line):
            depth, place, tag = match.groups()
            die = places[place] = Die(tag)
            del above[int(depth) + 1:]
            above[-1].inside.append(die)
            above.append(die)
        elif match := ATTRIBUTE.match(line):
            name, text = match.groups()
            if name in ("name", "producer"):
                text = text.split("): ", 1)[-1] \
                    if text.startswith("(") else text
            above[-1].said[name] = text.strip()
    return above[0].inside[0].inside, places


def read_headers():
    """The entries of the debugging information for each header, `places`, and
    the preprocessor's text."""
    with tempfile.TemporaryDirectory() as name:
        source = pathlib.Path(name, "all.c")
        source.write_text("".join(f"#include <mortise/{header}.h>\n"
                                  for header in HEADERS))
        compiler = ["cc", f"-I{SDK}"]
        run(*compiler, *DEBUG, "-c", source, "-o", source.with_suffix(".o"))
        said = run("readelf", "--debug-dump=info,rawline",
                   source.with_suffix(".o"))
        macros = run(*compiler, "-E", "-dD", source)
    dies, places = read_dies(said.splitlines())
    directories = dict(re.findall(r"^  (\d+)\t(/.*)$", said, re.M))
    files = {}
    for line in said.splitlines():
        match = FILE.match(line)
        if match and directories.get(match.group(2), "").endswith("/mortise"):
            files[match.group(1)] = match.group(3).removesuffix(".h")
    mine = {header: [] for header in HEADERS}
    for die in dies:
        if files.get(die.decl_file) in mine:
            mine[files[die.decl_file]].append(die)
    return mine, places, macros


class Types:
    """Types in C, without the typedefs of the headers."""

    def __init__(self, places):
        self.places = places

    def of(self, die):
        """What `die` is of; None: void."""
        return self.places[die.type.strip("<>").removeprefix("0x")] \
            if die.type else None

    def bare(self, die):
        """The same without the typedefs of the headers."""
        while die and die.tag == "typedef" and die.name.startswith("mortise_"):
            die = self.of(die)
        return die

    def text(self, die, inner=""):
        """A declaration of `inner` as that."""
        die = self.bare(die)
        tag = die.tag if die else "void"
        if tag == "pointer_type":
            to = self.bare(self.of(die))
            inner = "*" + inner
            if to and to.tag in ("subroutine_type", "array_type"):
                inner = f"({inner})"
            return self.text(to, inner)
        if tag == "const_type":
            to = self.bare(self.of(die))
            if to and to.tag == "pointer_type":
                return self.text(to, f"const {inner}".strip())
            return "const " + self.text(to, inner)
        if tag == "array_type":
            counts = "".join(f"[{self.length(part)}]" for part in die.inside)
            return self.text(self.of(die), inner + counts)
        if tag == "subroutine_type":
            return self.text(self.of(die),
                             f"{inner}({self.parameters(die)})")
        name = {"void": "void", "structure_type": f"struct {die and die.name}",
                "union_type": f"union {die and die.name}"}.get(
                    tag, die and die.name)
        return name + (inner if inner[:1] in ("", "[") else f" {inner}")

    @staticmethod
    def length(part):
        return part.number("count") if part.count \
            else part.number("upper_bound") + 1

    def parameters(self, die):
        parts = ["..." if part.tag == "unspecified_parameters" else
                 self.short(self.text(self.of(part))) for part in die.inside]
        return ", ".join(parts) or "void"

    @staticmethod
    def short(text):
        return SHORT.get(text, text)

    def full(self, die):
        """The whole type, with the short names of pins.h."""
        text = self.short(self.text(die))
        for full, short in SHORT.items():
            if text.startswith(full + "("):
                text = short + " " + text[len(full):]
        return text


def embedded(types, places):
    """The structs that are passed by value or are a part of others."""
    found = set()
    for die in places.values():
        if die.tag in ("member", "formal_parameter", "array_type",
                       "subroutine_type"):
            of = types.bare(types.of(die))
            if of and of.tag == "structure_type":
                found.add(of.name)
    return found


def pins_of_dies(dies, types, fixed):
    """(macro, what, rest) for each pin of types, structs and constants."""
    for die in dies:
        if die.tag == "typedef":
            yield "PIN_TYPE", die.name, types.full(types.of(die))
        elif die.tag == "structure_type" and die.inside:
            struct = f"struct {die.name}"
            size = "PIN_SIZE" if die.name in fixed else "PIN_SIZE_MIN"
            yield size, struct, die.byte_size
            for member in die.inside:
                if member.tag == "member":
                    place = member.number("data_member_location")
                    yield ("PIN", f"{struct}, {member.name}",
                           f"{place}, {types.full(types.of(member))}")
        elif die.tag == "enumeration_type":
            for constant in die.inside:
                yield ("PIN_VALUE", constant.name,
                       str(constant.number("const_value")))


def pins_of_macros(text):
    """The same for macros that are a number or a string, by header."""
    where, pins = None, {header: [] for header in HEADERS}
    for line in text.splitlines():
        if line.startswith("# "):
            path = pathlib.Path(line.split('"')[1])
            where = path.stem if path.parent.name == "mortise" else None
        elif where in pins and (match := MACRO.match(line)):
            name, value = match.groups()
            value = " ".join(value.split())
            if name in GROWS:
                continue
            if TEXT.match(value):
                pins[where].append(("PIN_TEXT", name, value))
            elif NUMBER.match(value):
                pins[where].append(("PIN_VALUE", name, value))
    return pins


def pins_now():
    """What the headers say: {header: [(macro, what, rest)]}"""
    mine, places, text = read_headers()
    types = Types(places)
    fixed = embedded(types, places)
    macros = pins_of_macros(text)
    pins = {}
    for header in HEADERS:
        source = (SDK / "mortise" / f"{header}.h").read_text()
        pins[header] = [*pins_of_dies(mine[header], types, fixed),
                        *macros[header],
                        *(("PIN_ID", noun, name)
                          for noun, name in TABLE_ID.findall(source))]
    return {header: found for header, found in pins.items() if found}


def pins_kept():
    """What pins/ says, in the same way."""
    kept = {}
    for path in sorted(PINS.glob("*.c")):
        kept[path.stem] = []
        for macro, inside in PIN.findall(path.read_text()):
            parts = " ".join(inside.split()).split(", ", 1)
            if macro == "PIN":
                member, rest = parts[1].split(", ", 1)
                parts = [f"{parts[0]}, {member}", rest]
            kept[path.stem].append((macro, *parts))
    return kept


def differences(now, kept):
    """(sign, text) for what is new, what has changed and what is gone."""
    before = {what: (macro, rest) for pins in kept.values()
              for macro, what, rest in pins}
    after = {what: (macro, rest) for pins in now.values()
             for macro, what, rest in pins}
    for what, (macro, rest) in after.items():
        name = what.replace(", ", ".")
        if what not in before:
            yield "+", name
        elif macro == "PIN_SIZE_MIN" and before[what][0] == macro \
                and int(rest) >= int(before[what][1]):
            continue
        elif before[what] != (macro, rest):
            yield "!", f"{name}: {before[what][1]} -> {rest}"
    for what in before:
        if what not in after:
            yield "-", what.replace(", ", ".")


def broken(text, first, more):
    """Lines of at most 80 columns, broken behind commas."""
    lines, line = [], first
    for part in re.split(r"(?<=,) ", text):
        if len(line) + len(part) > 80 and line.strip():
            lines.append(line.rstrip())
            line = more
        line += part + " "
    return [*lines, line.rstrip()]


def written(header, pins):
    """The text of a file of pins/."""
    lines = ["/* SPDX-License-Identifier: MIT */",
             f"/* The pins of mortise/{header}.h, written by ../pins.py. */",
             '#include "../pins.h"', f"#include <mortise/{header}.h>", "",
             "/* clang-format off */"]
    group = None
    for macro, what, rest in sorted(pins, key=lambda pin: ORDER[pin[0]]):
        if macro != group and macro != "PIN":
            lines.append("")
        group = macro
        pin = f"{macro}({what}, {rest});"
        if len(pin) > 80 and macro == "PIN":
            place, rest = rest.split(", ", 1)
            lines.append(f"{macro}({what}, {place},")
            lines += broken(f"{rest});", "    ", "    ")
        else:
            lines += broken(pin, "", "    ")
    return "\n".join(lines) + "\n"


def update(now):
    for path in PINS.glob("*.c"):
        path.unlink()
    for header, pins in now.items():
        (PINS / f"{header}.c").write_text(written(header, pins))
    (PINS / "meson.build").write_text(
        "# SPDX-License-Identifier: MIT\n# Written by ../pins.py.\n"
        "pins = files(\n"
        + "".join(f"  '{header}.c',\n" for header in now) + ")\n")


def main():
    if sys.argv[1:] not in ([], ["--update"]):
        sys.exit(__doc__)
    now = pins_now()
    found = list(differences(now, pins_kept()))
    if sys.argv[1:]:
        update(now)
        for sign, text in found:
            print(sign, text)
        return 0
    for sign, text in found:
        print({"+": f"no pin: {text}", "-": f"is gone: {text}",
               "!": f"has changed: {text}"}[sign])
    if found:
        print("sdk/abi/pins.py --update writes them")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
