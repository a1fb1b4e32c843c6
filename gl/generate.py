#!/usr/bin/env python3
"""Writes the C++ view of OpenGL from Khronos' registry (gl.xml).

    generate.py GL_XML OUTPUT_FOLDER

What is written, in namespace blink::gl:
    enums.h       the enumerants, as constants
    dispatch.h    struct Dispatch: one typed pointer for each command; their names; the loader
    dispatch.cpp  the table of names
    null.cpp      null_dispatch(): commands that do nothing and return zero
    recording.cpp recording_dispatch(): commands that write down their arguments and return zero

Types are written by hand in gl/types.h; a type in the registry that is not there stops the build
with an error of the compiler.
"""

import pathlib
import sys

import registry

def enums_header(enums):
    yield "#pragma once\n\n#include \"gl/types.h\"\n\nnamespace blink::gl {\n"
    for enum in enums:
        type_ = "GLint" if enum.value.startswith("-") else enum.type
        yield f"inline constexpr {type_} {enum.name} = {enum.value};"
    yield "\n}  // namespace blink::gl"


def dispatch_header(commands):
    yield """#pragma once

#include <cstddef>

#include "gl/types.h"

namespace blink::gl {

// One pointer for each command, in the order of command_names."""
    yield "struct Dispatch {"
    for command in commands:
        parameters = ", ".join(f"{p.type} {p.name}" for p in command.parameters)
        yield f"  {command.returns} (*{command.field})({parameters});"
    yield f"""}};

inline constexpr std::size_t command_count = {len(commands)};
static_assert(sizeof(Dispatch) == command_count * sizeof(void (*)()));

extern const char* const command_names[command_count];  // as in "glDrawArrays"

// Every command returns zero and does nothing else.
const Dispatch& null_dispatch();
// Every command appends itself to what Recording (gl/recording.h) listens on this thread.
const Dispatch& recording_dispatch();

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


def recorded(command, position):
    """How a call notes one argument: a number as it is, a short array by its elements."""
    parameter = command.parameters[position]
    is_array = parameter.type.startswith("const GL") and parameter.type.count("*") == 1
    if is_array and (parameter.length or "").isdigit():
        return f"note_array({parameter.name}, {parameter.length});"
    numbers = ("const GLdouble*", "const GLfloat*", "const GLint*", "const GLuint*")
    if is_array and parameter.type in numbers:
        return f"note_array({parameter.name}, length_of({position}));"
    if "*" in parameter.type or parameter.type in ("GLsync", "GLeglImageOES", "GLeglClientBufferEXT"):
        return f"note_pointer({parameter.name});"
    if parameter.type.startswith("GLDEBUGPROC") or parameter.type.startswith("struct "):
        return "note_pointer(nullptr);"
    return f"note({parameter.name});"


def recording_source(commands):
    yield "#include \"gl/generated/dispatch.h\"\n#include \"gl/recording.h\"\n"
    yield "namespace blink::gl {\nnamespace {\n"
    for number, command in enumerate(commands):
        parameters = ", ".join(f"[[maybe_unused]] {p.type} {p.name}" for p in command.parameters)
        notes = " ".join(
            "recording::" + recorded(command, i) for i in range(len(command.parameters))
        ).replace("length_of", "recording::length_of")
        result = "" if command.returns == "void" else " return {};"
        yield f"{command.returns} record_{command.field}({parameters}) {{"
        yield f"  recording::begin({number}); {notes}{result}\n}}"
    yield "\nconstexpr Dispatch recording_commands = {"
    yield from (f"    record_{command.field}," for command in commands)
    yield "};\n\n}  // namespace\n"
    yield "const Dispatch& recording_dispatch() { return recording_commands; }"
    yield "\n}  // namespace blink::gl"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    known = registry.Registry(source)
    commands, enums = known.commands, known.enumerants
    folder.mkdir(parents=True, exist_ok=True)
    banner = f"// Written by gl/generate.py from Khronos' registry ({source.name}). Do not edit.\n"
    for name, lines in {
        "enums.h": enums_header(enums),
        "dispatch.h": dispatch_header(commands),
        "dispatch.cpp": dispatch_source(commands),
        "null.cpp": null_source(commands),
        "recording.cpp": recording_source(commands),
    }.items():
        (folder / name).write_text("\n".join([banner, *lines, ""]))


if __name__ == "__main__":
    main()
