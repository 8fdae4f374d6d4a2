# SPDX-License-Identifier: MIT
"""Breaks the ABI on purpose: the pins have to notice, and to name what moved.

In a copy of the headers, for each public struct: a member is put into the
middle, two are swapped, each gets another type, one is removed. Then each
constant is changed, and what may happen, a member at the end, is seen to pass
and to be missed by sdk/abi/pins.py.
"""

import pathlib
import re
import shutil
import sys

import common
import pins

COMMENT = re.compile(r"/\*.*?\*/", re.S)
ENUM = re.compile(r"\benum \{(.*?)\}", re.S)
NAME = re.compile(r"\(\*(\w+)\)\s*\(|(\w+)(?:\[\w*\])?\s*$")
MACRO = re.compile(r"^#define (MORTISE_\w*[A-Z0-9]) ((?:.*\\\n)*.*)$", re.M)


def blanked(text):
    """The same length without comments."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)),
                       text)


class Header:
    """A header in the copy, that can be broken and mended."""

    def __init__(self, sdk, name):
        self.sdk = sdk
        self.name = name
        self.path = sdk / "mortise" / f"{name}.h"
        self.text = blanked(self.path.read_text())

    def says(self, text):
        """What the compiler says of the pins when the header is `text`."""
        self.path.write_text(text)
        said = common.compile_pins(self.sdk, self.name)
        self.path.write_text(self.text)
        return said

    def members(self, struct):
        """Where its declarations are, the semicolon included."""
        begin = re.search(rf"\bstruct {struct} \{{", self.text).end()
        end = self.text.index("}", begin)
        places, at = [], begin
        while (stop := self.text.find(";", at, end)) >= 0:
            at += len(self.text[at:]) - len(self.text[at:].lstrip())
            places.append((at, stop + 1))
            at = stop + 1
        return places

    def name_at(self, place):
        """The name of the last member that is declared there."""
        text = self.text[place[0]:place[1] - 1]
        text = text.split(" __attribute__")[0].split("\n        __attr")[0]
        match = NAME.search(text.rstrip())
        return match.group(1) or match.group(2)

    def edited(self, *changes):
        """The text with (begin, end, replacement), the last one first."""
        text = self.text
        for begin, end, new in sorted(changes, reverse=True):
            text = text[:begin] + new + text[end:]
        return text


def retyped(text):
    """A declaration with another type: a function with one more parameter,
    and whatever else as a pointer to it."""
    match = re.search(r"\(\*\w+\)\s*\(", text)
    if not match:
        return re.sub(r"(\w+)((?:\[\w*\])?\s*(?:,|;))", r"*\1\2", text)
    rest = text[match.end():]
    if rest.startswith("void)"):
        return text[:match.end()] + "int" + rest[len("void"):]
    return text[:match.end()] + "int wedge_, " + rest


def check_struct(header, struct):
    """Each break has to be told in one of the ways that it can be."""
    places = header.members(struct)
    middle = len(places) // 2
    here, before = places[middle], places[middle - 1]
    name = header.name_at(here)
    moved = [f"struct {struct}.{header.name_at(place)} has moved"
             for place in (here, before)]
    tries = [("insert", [moved[:1]], [(here[0], here[0], "int64_t wedge_; ")])]
    if len(places) > 1:
        tries += [("swap", [moved], [(*before, header.text[slice(*here)]),
                                     (*here, header.text[slice(*before)])]),
                  ("remove", [[f"no member named {name}"]], [(*here, "")])]
    tries.append(("retype", [
        [f"struct {struct}.{header.name_at(place)} has another type"]
        for place in places], [
            (*place, retyped(header.text[slice(*place)])) for place in places]))
    missed = []
    for what, wanted, changes in tries:
        said = header.says(header.edited(*changes))
        said = re.sub("[\u2018\u2019']", "", said)  # quotes of any locale
        missed += [f"{what}: nobody says \"{ways[0]}\"\n{said[:600]}"
                   for ways in wanted if not any(way in said for way in ways)]
    common.ok(not missed, f"a broken struct {struct} is noticed by name",
              "\n".join(missed))


def check_constants(header):
    """All of the header at once, each of which is named."""
    names, changes = [], []
    for match in ENUM.finditer(header.text):
        at = match.start(1)
        for part in match.group(1).split(","):
            if (name := re.search(r"\w+", part)):
                names.append(name.group(0))
                changes.append((at, at + len(part),
                                f" {name.group(0)} = {1000 + len(names)}"))
            at += len(part) + 1
    for match in MACRO.finditer(header.text):
        name, value = match.group(1), match.group(2).replace("\\\n", "")
        value = value.strip()
        if name in pins.GROWS:
            continue
        if pins.TEXT.match(value) or pins.NUMBER.match(value):
            names.append(name)
            changes.append((*match.span(2),
                            '"broken"' if value[0] == '"' else "1234"))
    if not names:
        return
    said = header.says(header.edited(*changes))
    missed = [name for name in names
              if not re.search(rf"\b{name} (has another value|is another "
                               rf"text)", said)]
    common.ok(not missed, f"changed constants of {header.name}.h are noticed",
              "\n".join(missed))


def run_pins(sdk):
    return common.run(sys.executable, sdk / "abi/pins.py")[1]


def check_appended(headers, structs, fixed, sdk):
    """A member at the end of every struct: it may be there, and wants a pin."""
    wanted = []
    for header in headers.values():
        ends = [header.members(struct)[-1][1]
                for struct in structs[header.name] if struct not in fixed]
        header.path.write_text(header.edited(
            *((end, end, " uint64_t appended_;") for end in ends)))
        wanted += [f"no pin: struct {struct}.appended_"
                   for struct in structs[header.name] if struct not in fixed]
    said = "".join(common.pins_of(sdk).values())
    common.ok(said == "", "what is appended breaks nothing", said)
    said = run_pins(sdk)
    missed = [each for each in wanted if each not in said]
    common.ok(not missed, "what is appended wants a pin",
              "\n".join([*missed, said]))
    for header in headers.values():
        header.path.write_text(header.text)


def check_ids(headers, sdk):
    """Where a table is to be had."""
    wanted = []
    for header in headers.values():
        header.path.write_text(pins.TABLE_ID.sub(
            r'MORTISE_EXTENSION_(\1, "elsewhere/1")', header.text))
        wanted += [f"has changed: {noun}: {name}" for noun, name
                   in pins.TABLE_ID.findall(header.text)]
    said = run_pins(sdk)
    for header in headers.values():
        header.path.write_text(header.text)
    missed = [each for each in wanted if each not in said]
    common.ok(wanted and not missed, "another name of a table is noticed",
              "\n".join([*missed, said]))


def check(tmp):
    sdk = tmp / "broken"
    shutil.copytree(common.SDK / "mortise", sdk / "mortise")
    shutil.copytree(common.SDK / "abi", sdk / "abi")
    kept = pins.pins_kept()
    headers = {name: Header(sdk, name) for name in kept}
    structs = {name: [what.removeprefix("struct ") for macro, what, _ in found
                      if macro.startswith("PIN_SIZE")]
               for name, found in kept.items()}
    fixed = {what.removeprefix("struct ") for found in kept.values()
             for macro, what, _ in found if macro == "PIN_SIZE"}
    for name, header in headers.items():
        for struct in structs[name]:
            check_struct(header, struct)
        check_constants(header)
    check_appended(headers, structs, fixed, sdk)
    check_ids(headers, sdk)
