#!/usr/bin/env python3
"""What of each command stays when it has been replayed: a table of journal_table.txt.

    journal_table.py GL_XML FILE    gl/generated/journal_rules.h

Every command that travels without being asked for must be in a line of it.
"""

import pathlib
import re
import sys

import registry
import state_table
import wire

TABLE = pathlib.Path(__file__).parent / "journal_table.txt"
OPTIONS = ("by", "as", "with")
KEYS_MAX = 3


class Line:
    def __init__(self, text):
        head, _, rest = text.partition(" : ")
        self.keep, *self.head = head.split()
        words, where = rest.split(), "patterns"
        parts = {"patterns": [], "by": [], "as": [], "with": []}
        for word in words:
            if word in OPTIONS:
                where = word
            else:
                parts[where].append(word)
        self.pattern = re.compile("|".join(f"(?:{p})" for p in parts["patterns"]))
        self.by, self.with_ = parts["by"], parts["with"]
        self.family = parts["as"][0] if parts["as"] else None


def read_table():
    lines, layouts = [], {}
    for text in TABLE.read_text().splitlines():
        text = text.split("#")[0].strip()
        if text.startswith("layout "):
            _, field, numbers, *arrays = text.split()
            layouts[field] = (int(numbers), arrays[0] if arrays else "")
        elif text:
            lines.append(Line(text))
    return lines, layouts


def layout_of(plan, layouts):
    """(words of numbers, letters of arrays, {parameter: its word})"""
    places, at = {}, 1
    if plan.field in layouts:
        numbers, arrays = layouts[plan.field]
        for parameter in plan.command.parameters:
            if parameter.type in wire.WORDS:
                places[parameter.name] = at
                at += wire.WORDS[parameter.type]
        return numbers, arrays, places
    arrays = ""
    for slot in plan.slots:
        if slot.words:
            places[slot.name] = at
            at += slot.words
        elif slot.what in ("image", "bytes"):
            arrays += "i"
        elif slot.what in ("array", "names", "few", "text", "pixel"):
            arrays += "p"
    return at - 1, arrays, places


def mask_of(groups):
    mask = 0
    for group in groups.split(","):
        if group == "multisample":
            mask |= state_table.MULTISAMPLE
        elif group != "-":
            mask |= 1 << state_table.GROUPS.index(group)
    return mask


class Rule:
    def __init__(self, plan, line, layouts, families):
        self.plan, self.line = plan, line
        self.numbers, self.arrays, places = layout_of(plan, layouts)
        self.keys = []
        for by in line.by:
            names = [name for name in by.split("|") if name in places]
            if names:
                self.keys.append(places[names[0]])
        self.keys = self.keys[:KEYS_MAX]
        self.groups = mask_of(line.head[0]) if line.keep == "context" else \
            mask_of("current") if line.keep == "current" else 0
        self.kind, self.which, self.subject = "none", "nothing", 0
        if line.keep == "object":
            self.kind, self.which = line.head[0], line.head[1]
            if len(line.head) > 2:
                if line.head[2] not in places:
                    sys.exit(f"journal_table.txt: {plan.field} has no {line.head[2]}")
                self.subject = places[line.head[2]]
        family = (self.kind, line.family or plan.field)
        self.family = families.setdefault(family, len(families) + 1)

    def row(self):
        keys = ", ".join(str(key) for key in (self.keys + [0] * KEYS_MAX)[:KEYS_MAX])
        withs = " | ".join(f"with_{name}" for name in
                           self.line.with_ + (["text"] if "text" in self.line.by else [])) or "0"
        arrays = "".join(self.arrays)
        return (f"{{Keep::{self.line.keep}, Subject::{self.kind}, Which::{self.which}, {self.subject}, "
                f"{self.family}, {{{keys}}}, {withs}, {self.numbers}, \"{arrays}\", {self.groups:#x}}}")


def header(known):
    plans, _ = wire.plans_of(known)
    lines, layouts = read_table()
    families, rules, missing = {}, {}, []
    for plan in plans.values():
        if plan.way in ("none", "local"):
            continue
        line = next((l for l in lines if l.pattern.fullmatch(plan.field)), None)
        if plan.way == "asked" and (line is None or line.keep != "draw"):
            continue
        if line is None:
            missing.append(plan.field)
            continue
        rules[plan.number] = Rule(plan, line, layouts, families)
    if missing:
        sys.exit(f"journal_table.txt says nothing of {' '.join(missing)}")
    yield "#pragma once\n\n#include <cstddef>\n\n#include \"gl/generated/wire_ops.h\"\n#include \"gl/state/journal_rule.h\"\n\nnamespace blink::gl::state {\n"
    yield "inline constexpr JournalRule journal_rules[] = {"
    for number in range(max(rules) + 1):
        yield f"    {rules[number].row() if number in rules else '{}'},"
    yield "};\n"
    yield "// Whether it is kept by a rule, so that it matters whether it is an error."
    yield "constexpr bool stays(WireOp op) {"
    yield "  const auto number = static_cast<std::size_t>(op);"
    yield "  if (number >= sizeof journal_rules / sizeof *journal_rules) return false;"
    yield "  const JournalRule& rule = journal_rules[number];"
    yield "  return rule.keep != Keep::forget && rule.keep != Keep::draw && rule.keep != Keep::current &&"
    yield "         rule.subject != Subject::program;\n}\n"
    yield "}  // namespace blink::gl::state"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path = pathlib.Path(sys.argv[2])
    lines = list(header(registry.Registry(pathlib.Path(sys.argv[1]))))
    path.parent.mkdir(parents=True, exist_ok=True)
    banner = "// Written by gl/journal_table.py from journal_table.txt and Khronos' registry. Do not edit.\n"
    path.write_text("\n".join([banner, *lines, ""]))


if __name__ == "__main__":
    main()
