# SPDX-License-Identifier: MIT
"""The second net: libabigail compares the headers with sdk/abi/v1.abi.

That file is all types of the SDK as `abidw` sees them, through a library that
has a variable of each. `abidiff` has no rules for what may happen to a table
here, so whatever changed wants `check.py BUILD --update`, and then somebody
reads the difference; but what it calls incompatible is never that.
"""

import re
import shutil

import common
import pins

BASELINE = common.SDK / "abi/v1.abi"
PACKAGE = "abigail-tools is not installed"
# Nothing in it depends on the machine, the folder or the compiler's version.
DUMP = ["abidw", "--no-architecture", "--no-corpus-path", "--no-comp-dir-path",
        "--no-elf-needed", "--no-show-locs", "--no-parameter-names",
        "--type-id-style", "hash"]
# The bits of abidiff's exit status.
FAILED, CHANGED, INCOMPATIBLE = 1 | 2, 4, 8


def is_there():
    return bool(shutil.which("abidw") and shutil.which("abidiff"))


def source_of(sdk):
    """A library that has to do with every type that the headers of an SDK
    have."""
    names = sorted(path.name for path in (sdk / "mortise").glob("*.h")
                   if path.name != "testkit.h")
    structs = [name for path in names for name in pins.STRUCT.findall(
        (sdk / "mortise" / path).read_text())]
    return "".join([
        *(f"#include <mortise/{name}>\n" for name in names),
        "const mortise_plugin *mortise_plugin_entry_v1(mortise_host host)\n"
        "{\n    return host ? NULL : NULL;\n}\n",
        *(f"struct {name} *abi_{name};\n" for name in structs)])


def dump(sdk, tmp, target, *options):
    """(worked, why not)"""
    (tmp / "abi.c").write_text(source_of(sdk))
    worked, why = common.run(
        "cc", "-std=c99", "-g", "-shared", "-fPIC", f"-I{sdk}", *options,
        "abi.c", "-o", "abi.so", cwd=tmp)
    if worked:
        worked, why = common.run(*DUMP, "--out-file", target, "abi.so", cwd=tmp)
    return worked, why


def compare(before, after):
    """(exit status of abidiff, what it printed)"""
    return common.status("abidiff", before, after)


def update(tmp):
    worked, why = dump(common.SDK, tmp, tmp / "new.abi")
    if not worked:
        return why
    shutil.copy(tmp / "new.abi", BASELINE)
    return None


def check(tmp):
    what = "sdk/abi/v1.abi is what the headers have"
    if not is_there():
        common.skip(what, PACKAGE)
        return
    worked, why = dump(common.SDK, tmp, tmp / "now.abi")
    if not worked:
        common.ok(False, what, why)
        return
    status, said = compare(BASELINE, tmp / "now.abi")
    if status & INCOMPATIBLE or status & FAILED:
        why = "plugins that are built already do not fit any more"
    elif status & CHANGED:
        why = "if this is meant: tests/abi/check.py BUILD --update"
    common.ok(status == 0, what, f"{why}\n{said}")
    check_stable(tmp)
    check_notices(tmp)


def check_stable(tmp):
    """Another build of the same is the same."""
    for name, options in (("-O2", ["-O2"]), ("DWARF 4", ["-gdwarf-4"])):
        worked, why = dump(common.SDK, tmp, tmp / "other.abi", *options)
        same = worked and (tmp / "other.abi").read_bytes() == \
            (tmp / "now.abi").read_bytes()
        common.ok(same, f"the types are the same with {name}", why)


def check_notices(tmp):
    """It sees what is appended, exchanged, and gone."""
    sdk = tmp / "other"
    shutil.copytree(common.SDK / "mortise", sdk / "mortise")
    header = sdk / "mortise/plugin.h"
    good = header.read_text()
    one, two = "    const char *reason;", "    uint64_t cookie;"
    parts = {one: two, two: one}
    for what, text, bits, options in (
            ("appended", good.replace(one, f"{one} int more;"), CHANGED, []),
            ("exchanged", re.sub(f"{re.escape(one)}|{re.escape(two)}",
                                 lambda match: parts[match.group(0)], good),
             CHANGED, []),
            ("gone", good, INCOMPATIBLE, ["-Dabi_mortise_event=moved"])):
        header.write_text(text)
        worked, why = dump(sdk, tmp, tmp / "other.abi", *options)
        status, said = compare(tmp / "now.abi", tmp / "other.abi") \
            if worked else (0, why)
        common.ok(status & bits == bits and not status & FAILED,
                  f"abidiff notices what is {what}", f"{status}\n{said}")
