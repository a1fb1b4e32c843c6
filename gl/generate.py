#!/usr/bin/env python3
"""Writes the C++ view of OpenGL from Khronos' registry (gl.xml).

    generate.py GL_XML OUTPUT_FOLDER

Which commands and enumerants: all of desktop OpenGL 1.0 to 4.6, core and compatibility, all of
OpenGL ES 2.0 to 3.2, and every extension of these that ARB, KHR, OES or EXT stands for.

What is written, in namespace blink::gl:
    enums.h       the enumerants, as constants
    dispatch.h    struct Dispatch: one typed pointer for each command; their names; the loader
    dispatch.cpp  the table of names
    null.cpp      null_dispatch(): commands that do nothing and return zero

Types are written by hand in gl/types.h; a type in the registry that is not there stops the build
with an error of the compiler.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

APIS = {"gl", "glcore", "gles2"}  # the registry calls every ES from 2.0 on "gles2"
VENDORS = {"ARB", "KHR", "OES", "EXT"}


class Command:
    def __init__(self, element):
        proto = element.find("proto")
        self.name = proto.find("name").text
        self.returns = type_before_name(proto)
        self.parameters = [
            (type_before_name(p), p.find("name").text) for p in element.findall("param")
        ]

    @property
    def field(self):
        return self.name[len("gl"):]

    @property
    def signature(self):
        return (self.returns, tuple(type_ for type_, _ in self.parameters))


def type_before_name(element):
    """The C type of a <proto> or <param>: all of its text in front of <name>."""
    text = element.text or ""
    for child in element:
        if child.tag == "name":
            break
        text += (child.text or "") + (child.tail or "")
    if element.find("name").tail and element.find("name").tail.strip():
        sys.exit(f"{element.find('name').text}: text after a name (an array?) is not handled")
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"\s*\*\s*", "* ", text).strip().replace("* *", "**")


def wanted_sets(registry):
    for feature in registry.findall("feature"):
        if feature.get("api") in APIS:
            yield feature
    for extension in registry.findall("extensions/extension"):
        if extension.get("name").split("_")[1] not in VENDORS:
            continue
        if APIS & set(extension.get("supported").split("|")):
            yield extension


def required(registry, kind):
    """Names of this kind ("command" or "enum") in what we want. What a later version of the core
    profile removes stays: compatibility contexts have it."""
    names = set()
    for wanted in wanted_sets(registry):
        for require in wanted.findall("require"):
            if require.get("api") in (None, *APIS):
                names.update(entry.get("name") for entry in require.findall(kind))
    return names


def commands_of(registry):
    wanted = required(registry, "command")
    commands = [
        Command(element) for element in registry.findall("commands/command")
        if element.find("proto/name").text in wanted
    ]
    missing = wanted - {command.name for command in commands}
    if missing:
        sys.exit(f"commands that the registry requires but does not define: {sorted(missing)}")
    return sorted(commands, key=lambda command: command.name)


def enums_of(registry):
    """(name, C++ type, value), by name."""
    wanted = required(registry, "enum")
    enums = {}
    for element in registry.findall("enums/enum"):
        name = element.get("name")
        if name not in wanted or element.get("api") not in (None, *APIS):
            continue
        types = {"ull": "GLuint64", "u": "GLuint"}
        enums[name] = (types.get(element.get("type"), "GLenum"), element.get("value"))
    missing = wanted - set(enums)
    if missing:
        sys.exit(f"enumerants that the registry requires but does not define: {sorted(missing)}")
    return [(name, *enums[name]) for name in sorted(enums)]


def enums_header(enums):
    yield "#pragma once\n\n#include \"gl/types.h\"\n\nnamespace blink::gl {\n"
    for name, type_, value in enums:
        if value.startswith("-"):
            type_ = "GLint"
        yield f"inline constexpr {type_} {name} = {value};"
    yield "\n}  // namespace blink::gl"


def dispatch_header(commands):
    yield """#pragma once

#include <cstddef>

#include "gl/types.h"

namespace blink::gl {

// One pointer for each command, in the order of command_names."""
    yield "struct Dispatch {"
    for command in commands:
        parameters = ", ".join(f"{type_} {name}" for type_, name in command.parameters)
        yield f"  {command.returns} (*{command.field})({parameters});"
    yield f"""}};

inline constexpr std::size_t command_count = {len(commands)};
static_assert(sizeof(Dispatch) == command_count * sizeof(void (*)()));

extern const char* const command_names[command_count];  // as in "glDrawArrays"

// Every command returns zero and does nothing else.
const Dispatch& null_dispatch();

using Procedure = void (*)();
using ProcedureLookup = Procedure (*)(const char* name);  // as eglGetProcAddress is

// Sets the pointers of the commands that `look_up` knows, and leaves the others as they are.
// Returns how many it knows.
std::size_t load_dispatch(Dispatch& dispatch, ProcedureLookup look_up);

}}  // namespace blink::gl"""


def dispatch_source(commands):
    yield "#include \"gl/generated/dispatch.h\"\n\nnamespace blink::gl {\n"
    yield "const char* const command_names[command_count] = {"
    for command in commands:
        yield f"    \"{command.name}\","
    yield "};\n\n}  // namespace blink::gl"


def null_source(commands):
    yield "#include \"gl/generated/dispatch.h\"\n\nnamespace blink::gl {\nnamespace {\n"
    numbers = {}
    for command in commands:
        if command.signature in numbers:
            continue
        number = numbers[command.signature] = len(numbers)
        returns, parameters = command.signature
        body = "{}" if returns == "void" else "{ return {}; }"
        yield f"{returns} null_{number}({', '.join(parameters)}) {body}"
    yield "\nconstexpr Dispatch null_commands = {"
    for command in commands:
        yield f"    null_{numbers[command.signature]},  // {command.field}"
    yield "};\n\n}  // namespace\n"
    yield "const Dispatch& null_dispatch() { return null_commands; }\n\n}  // namespace blink::gl"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    registry = ElementTree.parse(source).getroot()
    commands, enums = commands_of(registry), enums_of(registry)
    folder.mkdir(parents=True, exist_ok=True)
    banner = f"// Written by gl/generate.py from Khronos' registry ({source.name}). Do not edit.\n"
    for name, lines in {
        "enums.h": enums_header(enums),
        "dispatch.h": dispatch_header(commands),
        "dispatch.cpp": dispatch_source(commands),
        "null.cpp": null_source(commands),
    }.items():
        (folder / name).write_text("\n".join([banner, *lines, ""]))


if __name__ == "__main__":
    main()
