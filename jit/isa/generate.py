#!/usr/bin/env python3
"""Writes BlinkGL's opcode table as C++ from jit/isa/opcodes.txt and Khronos' registry.

    generate.py OPCODES INPUTS GL_XML OUTPUT_FOLDER

    opcodes.h          enum class Op, Input
    opcode_table.cpp   the tables behind jit/isa/opcode_table.h
    call_thunks.cpp    a function for each GL command that takes its arguments from an array
    names.h            names of the enumerations, for people
    procedure_methods.h  a method for each opcode, for jit/builder
  operand_names.cpp  how operands are called, for jit/text

The formats of OPCODES and INPUTS are described in the files themselves.
"""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "gl"))
import registry  # noqa: E402

LIMITS = {"count_max": 1 << 20, "instances_max": 1 << 12, "size_max": 16384}
NAME_KINDS = ["texture", "buffer", "program", "shader", "framebuffer", "renderbuffer",
              "vertex array", "sampler", "list", "uniform", "block"]
NAMES_MAX = 1024
STATES = ["current", "matrix", "light", "texture", "raster", "blend", "depth", "stencil", "fog",
          "enable", "arrays", "buffer", "program", "framebuffer", "window", "clear", "attribs",
          "lists", "units", "texenv", "texgen"]
CALLBACKS = {"all": 0b11111111, "make": 0b00011, "state": 0b01011, "draw": 0b01010}
INTEGERS = {  # range that fits the type; none: every 32 bits do
    "GLbyte": (-128, 127), "GLubyte": (0, 255), "GLshort": (-32768, 32767), "GLushort": (0, 65535),
    "GLint": None, "GLuint": None, "GLsizei": (0, 2**31 - 1),
    "GLintptr": (0, 2**31 - 1), "GLsizeiptr": (0, 2**31 - 1),
}
# What a pointer is for a service: names of the operands that stand for it.
POINTERS = {"=data": ["object", "offset"], "=text": ["object", "offset", "size"],
            "=offset": ["offset"], "=object": ["object"]}
FLOATS = {"GLfloat": "f32", "GLclampf": "f32", "GLdouble": "f64", "GLclampd": "f64"}


class Operand:
    """A row of OperandRule."""

    def __init__(self, kind, low=None, high=None, set_=0, allowed=0xFFFFFFFF):
        self.kind, self.low, self.high, self.set, self.allowed = kind, low, high, set_, allowed

    def cpp(self):
        ranged = self.low is not None
        low, high = (self.low, self.high) if ranged else (0, 0)
        number = self.kind == "number"
        fields = [f"OperandKind::{self.kind}", str(ranged).lower(), str(self.set),
                  "0" if number else c_int(low), "0" if number else c_int(high),
                  f"{float(low)}f" if number else "0", f"{float(high)}f" if number else "0",
                  hex(self.allowed) + "u"]
        return "{" + ", ".join(fields) + "},"


def c_int(value):
    return "-2147483647 - 1" if value == -2**31 else str(value)


class EnumSets:
    def __init__(self, known):
        self.enumerants = known.enumerants
        self.sets, self.numbers = [], {}
        self.also = []  # what a rule adds to the group of the operand at hand

    def number(self, members):
        """The set's number; the shortest name stands for values that have several."""
        by_value = {}
        for enum in members:
            value = int(enum.value, 0) & 0xFFFFFFFF
            name = enum.name.removeprefix("GL_")
            if value not in by_value or (len(name), name) < (len(by_value[value]), by_value[value]):
                by_value[value] = name
        rows = tuple(sorted((value, name) for value, name in by_value.items()))
        if rows not in self.numbers:
            self.numbers[rows] = len(self.sets)
            self.sets.append(rows)
        return self.numbers[rows]

    def of_group(self, group):
        return [e for e in self.enumerants if group in e.groups] + self.also

    def named(self, names):
        by_name = {e.name: e for e in self.enumerants}
        return [by_name["GL_" + name] for name in names]


class Opcode:
    def __init__(self, number, name):
        self.number, self.name = number, name
        self.operands, self.arguments = [], []
        self.callbacks = CALLBACKS["all"]
        self.is_gl = self.inside = self.draws = self.is_service = False
        self.in_lists, self.no_lists = False, False
        self.sequence, self.vertices, self.vertices_operands, self.touches = "none", 0, [], 0
        self.command = 0
        self.parameters = {}  # name -> number of its first operand
        self.builder_parameters = []  # (name, number of its first operand)

    @property
    def identifier(self):
        return "gl_" + self.name if self.is_gl else self.name

    @property
    def is_plain(self):
        return all(o.kind in ("number", "integer") and o.low is None for o in self.operands)

    def cpp(self, first_operand, first_argument):
        operands = (self.vertices_operands + [-1, -1, -1])[:3]
        fields = [f'"{self.name}"', first_operand, len(self.operands), len(self.arguments),
                  first_argument, self.callbacks, f"Sequence::{self.sequence}", self.is_gl,
                  self.is_service, self.inside, self.draws, self.in_lists, self.no_lists,
                  self.is_plain, self.vertices, "{%d, %d, %d}" % tuple(operands),
                  hex(self.touches), self.command]
        return "{" + ", ".join(str(f).lower() if isinstance(f, bool) else str(f)
                               for f in fields) + "},"


def core_opcode(number, name, letters, input_count):
    opcode = Opcode(number, name)
    opcode.is_service = "service" in letters
    for letter in letters:
        if letter == "service":
            continue
        opcode.operands.append({
            "d": lambda: Operand("destination"),
            "f": lambda: Operand("number"),
            "t": lambda: Operand("target"),
            "i": lambda: Operand("selector", 0, input_count - 1),
            "p": lambda: Operand("integer", 0, 255),
            "c": lambda: Operand("integer", 0, 63),
        }[letter]())
    return opcode


def gl_opcode(number, name, callbacks, words, commands, sets):
    index, command = commands["gl" + name]
    opcode = Opcode(number, name)
    opcode.is_gl, opcode.command = True, index
    opcode.callbacks, opcode.is_service = CALLBACKS[callbacks], "service" in words
    overrides, more = {}, {}
    for word in words:
        key, _, value = re.match(r"(\w+)(:=|!=|\+=|=)?(.*)", word).groups()
        if key in ("inside", "draws", "no_lists"):
            setattr(opcode, key, True)
        elif key == "service":
            continue
        elif key == "returns":
            opcode.builder_parameters.append((value, 0))
            opcode.operands.append(name_operand(opcode, value))
        elif key == "seq":
            opcode.sequence = value
        elif key == "touches":
            opcode.touches = sum(1 << STATES.index(s) for s in STATES
                                 if s in value.split(",") or value == "everything")
        elif key == "vertices":
            overrides["vertices"] = value
        elif word[len(key):].startswith("+="):
            more[key] = value.split(",")
        else:
            overrides[key] = word[len(key):]
    # A list holds calls; what the session does for it at once does not belong there.
    opcode.no_lists |= opcode.is_service and callbacks == "make" and opcode.sequence == "none"
    opcode.in_lists = callbacks in ("draw", "state") and not opcode.no_lists
    for parameter in command.parameters:
        sets.also = sets.named(more.pop(parameter.name, []))
        rule = overrides.pop(parameter.name, "")
        opcode.parameters[parameter.name] = len(opcode.operands)
        if not rule.startswith(":=") and rule != "=-":
            opcode.builder_parameters.append((parameter.name, len(opcode.operands)))
        if opcode.is_service:
            add_operands(opcode, parameter, rule, sets)
        else:
            add_argument(opcode, parameter, rule, sets)
    vertices = overrides.pop("vertices", "0")
    if vertices.isdigit():
        opcode.vertices = int(vertices)
    else:
        opcode.vertices = 1
        opcode.vertices_operands = [opcode.parameters[n] for n in vertices.split("*")]
    if overrides or more:
        sys.exit(f"{name}: no such parameter: {', '.join([*overrides, *more])}")
    floats = sum("Type::f" in argument for argument in opcode.arguments)
    if len(opcode.operands) > 32 or floats > 8 or len(opcode.arguments) - floats > 6:
        sys.exit(f"{name}: more than registers can pass; make it a service")
    return opcode


def base_type(parameter):
    return parameter.type.removeprefix("const ").removesuffix("*")


def add_operands(opcode, parameter, rule, sets):
    """Of a service: they are its arguments."""
    if rule == "=-":
        return
    if rule in POINTERS:
        for name in POINTERS[rule]:
            opcode.operands.append(Operand("integer") if name == "object" else
                                   Operand("integer", 0, 2**31 - 1))
    elif match := re.fullmatch(r"=(\d+)({.*})", rule):
        opcode.operands += [operand_of(opcode, parameter, base_type(parameter), "=" + match[2], sets)
                            for _ in range(int(match[1]))]
    elif re.fullmatch(r"=\d+", rule) and base_type(parameter) == "GLfloat":
        opcode.operands += [Operand("number") for _ in range(int(rule[1:]))]
    elif "*" in parameter.type and not rule.startswith("=name("):
        sys.exit(f"{opcode.name}: {parameter.name}: what is this pointer?")
    else:
        opcode.operands.append(operand_of(opcode, parameter, base_type(parameter), rule, sets))
    if any(o.kind == "number" and (base_type(parameter) != "GLfloat" or o.low is not None)
           for o in opcode.operands[-1:]):
        sys.exit(f"{opcode.name}: {parameter.name}: no service takes a double, or a float with a range")


def add_argument(opcode, parameter, rule, sets):
    first = len(opcode.operands)
    base = base_type(parameter)
    if rule.startswith(":="):
        opcode.arguments.append(f"{{Argument::Type::i32, true, 0, 0, {rule[2:]}}},")
        return
    if "*" in parameter.type:
        count = array_length(opcode, parameter, rule)
        if base in FLOATS:
            opcode.operands += [Operand("number") for _ in range(count)]
            kind = "array_" + FLOATS[base]
        elif base in ("GLint", "GLuint"):
            opcode.operands += [Operand("integer") for _ in range(count)]
            kind = "array_i32"
        else:
            sys.exit(f"{opcode.name}: {parameter.name}: no arrays of {base}")
        opcode.arguments.append(f"{{Argument::Type::{kind}, false, {first}, {count}, 0}},")
        return
    opcode.operands.append(operand_of(opcode, parameter, base, rule, sets))
    kind = FLOATS.get(base, "i32")
    opcode.arguments.append(f"{{Argument::Type::{kind}, false, {first}, 1, 0}},")


def array_length(opcode, parameter, rule):
    if rule.startswith("="):
        return int(rule[1:])
    length = parameter.length.replace("count*", "").replace("count", "1")
    if not length.isdigit():
        sys.exit(f"{opcode.name}: {parameter.name}: how long is it? ({parameter.length})")
    return int(length)


def operand_of(opcode, parameter, base, rule, sets):
    limits = None
    if match := re.fullmatch(r"=(.+)\.\.(.+)", rule):
        limits = [LIMITS[x] if x in LIMITS else float(x) if "." in x else int(x)
                  for x in match.groups()]
    if base in FLOATS:
        return Operand("number", *(limits or (None, None)))
    if base == "GLboolean":
        return Operand("boolean")
    if rule == "=int":
        return Operand("integer")
    if base == "GLenum" or rule.startswith("=enum("):
        if rule.startswith("={"):
            members = sets.named(rule[2:-1].split(","))
        elif rule.startswith("=enum("):
            members = sets.of_group(rule[len("=enum("):-1])
        else:
            members = sets.of_group(parameter.group)
            if rule.startswith("!="):
                denied = {"GL_" + name for name in rule[2:].split(",")}
                unknown = denied - {e.name for e in members}
                if unknown:
                    sys.exit(f"{opcode.name}: not in the set anyway: {unknown}")
                members = [e for e in members if e.name not in denied]
        if not members:
            sys.exit(f"{opcode.name}: {parameter.name}: which enumerants? ({parameter.group})")
        return Operand("enumerant", set_=sets.number(members))
    if base == "GLbitfield":
        members = sets.named(rule[1:].split("|")) if rule else sets.of_group(parameter.group)
        allowed = 0
        for enum in members:
            allowed |= int(enum.value, 0) & 0xFFFFFFFF
        return Operand("bits", set_=sets.number(members), allowed=allowed)
    kind = rule[len("=name("):-1] if rule.startswith("=name(") else parameter.kind
    if kind:
        return name_operand(opcode, kind)
    if base not in INTEGERS:
        sys.exit(f"{opcode.name}: {parameter.name}: what is {base}?")
    return Operand("integer", *(limits or INTEGERS[base] or (None, None)))


def name_operand(opcode, kind):
    """The driver's name, or for a service the client's own."""
    return Operand("slot" if opcode.is_service else "name", 0, NAMES_MAX - 1,
                   NAME_KINDS.index(kind.replace("_", " ")))


def read_opcodes(path, input_count, commands, sets):
    opcodes = []
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words or words[2:3] == ["retired"]:
            continue
        number, name = int(words[0], 16), words[1]
        if number < 0x100:
            opcodes.append(core_opcode(number, name, words[2:], input_count))
        else:
            opcodes.append(gl_opcode(number, name, words[2], words[3:], commands, sets))
    numbers = [o.number for o in opcodes]
    if len(set(numbers)) != len(numbers) or len({o.name for o in opcodes}) != len(opcodes):
        sys.exit("an opcode's number or name is there twice")
    return opcodes


def read_inputs(path):
    rows = [line.split(None, 2) for line in path.read_text().splitlines()
            if line and not line.startswith("#")]
    return rows


def opcodes_header(opcodes, inputs):
    yield "#pragma once\n\n#include <cstdint>\n\nnamespace blink::jit {\n"
    yield "enum class Op : std::uint16_t {"
    yield from (f"  {o.identifier} = 0x{o.number:03X}," for o in opcodes)
    yield "};\n"
    yield f"inline constexpr std::uint32_t opcode_limit = {max(o.number for o in opcodes) + 1};\n"
    yield "enum class Input : std::uint8_t {"
    yield from (f"  {name},  // {meaning}" for name, _, meaning in inputs)
    yield "};\n"
    yield f"inline constexpr std::uint32_t input_count = {len(inputs)};\n"
    groups = list(dict.fromkeys(group for _, group, _ in inputs))
    yield "// What an input changes with."
    yield "enum class Dependence : std::uint8_t {"
    yield "  " + ", ".join(groups) + "\n};"
    yield "inline constexpr Dependence input_dependences[input_count] = {"
    yield from (f"    Dependence::{group}," for _, group, _ in inputs)
    yield "};\n\n}  // namespace blink::jit"


def table_source(opcodes, inputs, sets, known):
    yield "#include \"jit/isa/opcode_table_data.h\"\n\nnamespace blink::jit::data {\n"
    yield "constexpr OperandRule operand_rules[] = {"
    yield from ("    " + operand.cpp() for o in opcodes for operand in o.operands)
    yield "};\n\nconstexpr Argument arguments[] = {"
    yield from ("    " + argument for o in opcodes for argument in o.arguments)
    yield "};\n\nconstexpr OpcodeInfo opcodes[opcode_limit] = {"
    by_number = {o.number: o for o in opcodes}
    operand = argument = 0
    for number in range(max(by_number) + 1):
        if number not in by_number:
            yield "    {},"
            continue
        opcode = by_number[number]
        yield "    " + opcode.cpp(operand, argument)
        operand += len(opcode.operands)
        argument += len(opcode.arguments)
    yield "};\n\nconstexpr NamedValue set_members[] = {"
    yield from (f'    {{"{name}", 0x{value:X}u}},' for rows in sets.sets for value, name in rows)
    yield "};\n\nconstexpr Range sets[] = {"
    first = 0
    for rows in sets.sets:
        yield f"    {{{first}, {len(rows)}}},"
        first += len(rows)
    yield "};\n\nconstexpr NamedValue enumerants[] = {"
    rows = sorted((e.name.removeprefix("GL_"), int(e.value, 0)) for e in known.enumerants)
    yield from (f'    {{"{name}", 0x{value & 0xFFFFFFFF:X}u}},' for name, value in rows)
    yield "};\n\nconstexpr InputName inputs[] = {"
    yield from (f'    {{"{name}", "{meaning}"}},' for name, _, meaning in inputs)
    yield """};

const Tables tables = {operand_rules, arguments, opcodes, set_members, sets, enumerants, inputs};

}  // namespace blink::jit::data"""


def thunks_source(opcodes, commands):
    yield "#include \"gl/generated/dispatch.h\"\n#include \"jit/interpret/call_thunks.h\"\n"
    yield "namespace blink::jit {\nnamespace {\n"
    gl_opcodes = [o for o in opcodes if o.is_gl and not o.is_service]
    for opcode in gl_opcodes:
        _, command = commands["gl" + opcode.name]
        arguments = []
        for i, (parameter, argument) in enumerate(zip(command.parameters, opcode.arguments)):
            kind = re.search(r"Type::(\w+)", argument).group(1)
            field = "array" if kind.startswith("array") else kind
            arguments.append(f"static_cast<gl::{parameter.type.replace('const ', '')}>(a[{i}].{field})"
                             if field != "array" else
                             f"static_cast<{parameter.type.replace('GL', 'gl::GL')}>(a[{i}].array)")
        yield (f"void call_{opcode.name}(const gl::Dispatch& gl, [[maybe_unused]] const Value* a) "
               f"{{ gl.{opcode.name}({', '.join(arguments)}); }}")
    yield "\n}  // namespace\n\nconst CallThunk call_thunks[opcode_limit] = {"
    by_number = {o.number: o for o in gl_opcodes}
    for number in range(max(o.number for o in opcodes) + 1):
        yield f"    call_{by_number[number].name}," if number in by_number else "    nullptr,"
    yield "};\n\n}  // namespace blink::jit"


def names_header(inputs):
    yield "#pragma once\n\n#include <string_view>\n\nnamespace blink::jit {\n"
    groups = list(dict.fromkeys(group for _, group, _ in inputs))
    for array, names in {"state_names": STATES, "dependence_names": groups,
                         "name_kind_names": NAME_KINDS}.items():
        yield f"inline constexpr std::string_view {array}[] = {{"
        yield from (f'    "{name}",' for name in names)
        yield "};\n"
    yield "}  // namespace blink::jit"


BUILDER_TYPES = {"number": "Number", "integer": "Integer", "boolean": "Boolean",
                 "enumerant": "gl::GLenum", "bits": "gl::GLbitfield", "name": "Integer",
                 "slot": "Integer", "target": "Label", "selector": "Input"}
BUILDER_NAMES = {"atan2": "y x", "clamp": "x low high", "mix": "a b t", "param": "index",
                 "cell": "index", "set_cell": "index value", "input": "which",
                 "select_less": "a b then otherwise", "select_equal": "a b then otherwise"}


def builder_parameters(opcode, commands):
    """(type, name, expressions of its operands) of each parameter of the opcode's method."""
    if not opcode.is_gl:
        operands = [o for o in opcode.operands if o.kind != "destination"]
        for operand, name in zip(operands, BUILDER_NAMES.get(opcode.name, "a b c d").split()):
            name = "label" if operand.kind == "target" else name
            yield BUILDER_TYPES[operand.kind], name, [builder_operand(operand, name)]
        return
    firsts = [first for _, first in opcode.builder_parameters] + [len(opcode.operands)]
    for (name, first), end in zip(opcode.builder_parameters, firsts[1:]):
        operands = opcode.operands[first:end]
        if len(operands) == 1:
            yield BUILDER_TYPES[operands[0].kind], name, [builder_operand(operands[0], name)]
        elif opcode.is_service and operands[0].kind == "integer":
            members = POINTERS["=data" if len(operands) == 2 else "=text"]
            yield ("const " + ("Data" if len(operands) == 2 else "Text") + "&", name,
                   [f"{name}.{member}" for member in members])
        else:
            yield (f"const std::array<{BUILDER_TYPES[operands[0].kind]}, {len(operands)}>&", name,
                   [builder_operand(o, f"{name}[{i}]") for i, o in enumerate(operands)])


def operand_names(opcode):
    """One for each operand; those of an array have the same."""
    if not opcode.is_gl:
        names = iter(BUILDER_NAMES.get(opcode.name, "a b c d").split())
        return ["result" if o.kind == "destination" else "label" if o.kind == "target" else next(names)
                for o in opcode.operands]
    firsts = [first for _, first in opcode.builder_parameters] + [len(opcode.operands)]
    names = []
    for (name, first), end in zip(opcode.builder_parameters, firsts[1:]):
        count = end - first
        is_pointer = opcode.is_service and count > 1 and opcode.operands[first].kind == "integer"
        members = POINTERS["=data" if count == 2 else "=text"] if is_pointer else []
        names += [f"{name}.{member}" for member in members] or [name] * count
    return names


def operand_names_source(opcodes):
    yield "#include \"jit/text/operand_names.h\"\n\nnamespace blink::jit {\nnamespace {\n"
    yield "// In the order of the table's rules."
    yield "constexpr const char* names[] = {"
    for opcode in opcodes:
        names = operand_names(opcode)
        if len(names) != len(opcode.operands):
            sys.exit(f"{opcode.name}: {names} for {len(opcode.operands)} operands")
        yield from (f'    "{name}",' for name in names)
    yield """};

}  // namespace

std::string_view operand_name(const OpcodeInfo& info, std::size_t operand) {
  return names[info.first_operand + operand];
}

}  // namespace blink::jit"""


def builder_operand(operand, name):
    if operand.kind == "target":
        return "Operand::constant(0)"
    if operand.kind in ("enumerant", "bits", "selector"):
        return f"Operand::constant(static_cast<Word>({name}))"
    return name


def builder_methods(opcode, commands):
    parameters = list(builder_parameters(opcode, commands))
    operands = [o for _, _, expressions in parameters for o in expressions]
    declared = ", ".join(f"{type_} {name}" for type_, name, _ in parameters)
    op = f"Op::{opcode.identifier}"
    if any(type_ == "Label" for type_, _, _ in parameters):
        yield f"  void {opcode.name}({declared}) {{ emit_jump({op}, {{{', '.join(operands)}}}, label); }}"
    elif opcode.operands and opcode.operands[0].kind == "destination":
        yield f"  Register {opcode.name}({declared}) {{ return emit_value({op}, {', '.join(operands)}); }}"
        operands.insert(0, "destination(into)")
        yield (f"  void {opcode.name}(const Register& into, {declared}) "
               f"{{ emit({op}, {{{', '.join(operands)}}}); }}")
    else:
        yield f"  void {opcode.name}({declared}) {{ emit({op}, {{{', '.join(operands)}}}); }}"


def methods_header(opcodes, commands):
    yield "#pragma once\n\n#include <array>\n\n#include \"gl/types.h\""
    yield "#include \"jit/builder/procedure_writer.h\"\n\nnamespace blink::jit {\n"
    yield "class ProcedureMethods : public ProcedureWriter {\n public:"
    yield "  using ProcedureWriter::ProcedureWriter;\n"
    for opcode in opcodes:
        yield from builder_methods(opcode, commands)
    yield "};\n\n}  // namespace blink::jit"


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    opcodes_path, inputs_path, xml, folder = map(pathlib.Path, sys.argv[1:])
    known = registry.Registry(xml)
    commands = {c.name: (i, c) for i, c in enumerate(known.commands)}
    sets = EnumSets(known)
    inputs = read_inputs(inputs_path)
    opcodes = read_opcodes(opcodes_path, len(inputs), commands, sets)
    folder.mkdir(parents=True, exist_ok=True)
    banner = f"// Written by jit/isa/generate.py from {opcodes_path.name}, {inputs_path.name} and " \
             f"Khronos' registry. Do not edit.\n"
    for name, lines in {
        "opcodes.h": opcodes_header(opcodes, inputs),
        "opcode_table.cpp": table_source(opcodes, inputs, sets, known),
        "call_thunks.cpp": thunks_source(opcodes, commands),
        "names.h": names_header(inputs),
        "procedure_methods.h": methods_header(opcodes, commands),
        "operand_names.cpp": operand_names_source(opcodes),
    }.items():
        (folder / name).write_text("\n".join([banner, *lines, ""]))


if __name__ == "__main__":
    main()
