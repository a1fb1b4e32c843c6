#!/usr/bin/env python3
"""How OpenGL's commands travel (docs/formats/glwire.md): one plan for each, from Khronos' registry
and wire_overlay.txt, of which both ends are written.

    wire.py GL_XML --ops FILE       the numbers of the commands (gl/generated/wire_ops.h)
    wire.py GL_XML --thunks FILE    what the server does with each record (stackreplay/)
    wire.py GL_XML --encoders FILE  the commands as programs call them (client-icd/)
    wire.py GL_XML --page FILE      a page that says of every command how it is handled
    wire.py GL_XML --number         gives numbers to commands that have none yet

A command's plan is its way and its slots, one for each parameter. Ways:
    sent    goes into the stream, and nothing comes back
    asked   goes into the stream, and the caller waits for the answer
    gen     makes names: they are chosen by the client, and the server maps them to the driver's
    delete  the contrary
    hand    written by hand on both ends, as the overlay says
    local   done by the client with other commands, by hand
    none    not offered; the plan says why
"""

import pathlib
import re
import sys

import registry
import state_table

HERE = pathlib.Path(__file__).parent
NUMBERS = HERE / "wire_numbers.txt"
OVERLAY = HERE / "wire_overlay.txt"

WORDS = {
    "GLenum": 1, "GLuint": 1, "GLint": 1, "GLbitfield": 1, "GLsizei": 1, "GLfloat": 1,
    "GLclampf": 1, "GLfixed": 1, "GLclampx": 1, "GLhandleARB": 1, "GLboolean": 1, "GLubyte": 1,
    "GLbyte": 1, "GLshort": 1, "GLushort": 1, "GLhalf": 1, "GLdouble": 2, "GLclampd": 2,
    "GLint64": 2, "GLuint64": 2, "GLuint64EXT": 2, "GLint64EXT": 2, "GLintptr": 2, "GLsizeiptr": 2,
    "GLintptrARB": 2, "GLsizeiptrARB": 2,
}
# After these it must be looked at anew which arrays a draw reads, and where they lie.
CHANGES_ARRAYS = re.compile(
    "VertexArray|VertexBuffer|VertexAttrib.*(Pointer|Array|Binding|Format|Divisor)|ClientState"
    "|ClientAttrib|DeleteBuffers|VertexBinding|InterleavedArrays|CallList"
    "|(Vertex|Normal|Color|Index|EdgeFlag|FogCoord|TexCoord)Pointer")

# They take the program's own memory, or its descriptors, for the driver's.
NEVER_OFFERED = {
    "GL_AMD_pinned_memory", "GL_EXT_memory_object_fd", "GL_EXT_semaphore_fd",
    "GL_EXT_external_buffer",
}

KINDS = {
    "buffer", "texture", "framebuffer", "renderbuffer", "query", "sampler", "program", "shader",
    "vertex array", "transform feedback", "program pipeline", "display list", "assembly",
}


class NoPlan(Exception):
    """Why a command cannot travel."""


class Slot:
    """One parameter: `what` is scalar, name, sync, array, names, text, few, image, bytes, pixel or out."""

    def __init__(self, parameter, what, **more):
        self.name = parameter.name + ("_" if parameter.name in ("register", "near", "far") else "")
        self.type = parameter.type
        self.what = what
        self.element = more.get("element")  # of an array: its C type
        self.count = more.get("count")  # likewise: a C++ expression, elements
        self.kind = more.get("kind")  # of names
        self.kind_by = more.get("kind_by")  # the parameter that says it
        self.names = more.get("names")  # of an answer: an expression, which names it has
        self.instead = more.get("instead")  # of a number: an expression, what the driver is told
        self.nullable = more.get("nullable", False)
        self.size = more.get("size")  # of an image: expressions for width, height, depth; or bytes
        self.without = more.get("without")  # what is done where its pixels cannot be read

    @property
    def words(self):
        if self.what == "sync":
            return 1
        return WORDS[self.type] if self.what in ("scalar", "name") else 0


class Plan:
    def __init__(self, command, number):
        self.command = command
        self.number = number
        self.way = "none"
        self.why = ""
        self.slots = []
        self.then = ""  # what the client notes: a call of its Context
        self.before = ""  # a call of its Context, before anything else
        self.first = ""  # what the client does first: likewise; true: that is all
        self.answer = ""  # what answers without asking, likewise: an optional
        self.learns = ""  # what the client notes of an answer
        self.draws = False  # from arrays, nobody says how much of them

    @property
    def field(self):
        return self.command.field


def read_overlay():
    """{command: {fact: value}}; see the file."""
    facts = {}
    for line in OVERLAY.read_text().splitlines():
        line = line.split("#")[0].strip()
        if not line:
            continue
        name, fact, *value = line.split(None, 2)
        facts.setdefault(name, {})[fact] = value[0] if value else ""
    return facts


def read_numbers():
    numbers = {}
    for line in NUMBERS.read_text().splitlines() if NUMBERS.exists() else []:
        if line and not line.startswith("#"):
            number, name = line.split()
            numbers[name] = int(number)
    return numbers


def element_type(parameter):
    match = re.fullmatch(r"(?:const )?(\w+)\*", parameter.type)
    if not match:
        raise NoPlan(f"{parameter.name}: pointers to pointers")
    return match.group(1)


def count_expression(length, scalars):
    """The registry's expression for how many elements an array has, in C++."""
    if re.fullmatch(r"\d+", length):
        return length
    match = re.fullmatch(r"(\w+)(?:\*(\d+))?", length) or re.fullmatch(r"(\d+)\*(\w+)", length)
    if match:
        parts = [part for part in match.groups() if part]
        parts.sort(key=str.isdigit)
        if parts[0] in scalars:
            return f"elements({', '.join(parts)})"
    return None


def plan_slot(parameter, command, facts, scalars):
    if f"image:{parameter.name}" in facts:
        size, without = facts[f"image:{parameter.name}"].split()
        return Slot(parameter, "image", size=size, without=without)
    if f"bytes:{parameter.name}" in facts:
        return Slot(parameter, "bytes", size=facts[f"bytes:{parameter.name}"])
    if f"pixel:{parameter.name}" in facts:
        return Slot(parameter, "pixel", element="GLubyte")
    if parameter.type == "GLsync" or f"sync:{parameter.name}" in facts:
        return Slot(parameter, "sync")
    kind = facts.get(f"kind:{parameter.name}", parameter.kind)
    if parameter.type in WORDS:
        if kind and kind.startswith("by "):
            return Slot(parameter, "name", kind_by=kind.removeprefix("by "))
        if kind and kind != "none" and kind != "sync":
            if kind not in KINDS:
                raise NoPlan(f"{parameter.name}: names of kind {kind}")
            return Slot(parameter, "name", kind=kind)
        return Slot(parameter, "scalar", instead=facts.get(f"instead:{parameter.name}"))
    if "*" not in parameter.type:
        raise NoPlan(f"{parameter.name}: {parameter.type}")
    element = element_type(parameter)
    if f"text:{parameter.name}" in facts:
        return Slot(parameter, "text", element=element, count=facts[f"text:{parameter.name}"])
    if f"few:{parameter.name}" in facts:
        return Slot(parameter, "few", element=element, count=facts[f"few:{parameter.name}"])
    length = facts.get(f"count:{parameter.name}", parameter.length)
    count = count_expression(length, scalars) if length else None
    nullable = parameter.name in facts.get("nullable", "").split()
    if not parameter.type.startswith("const"):
        if command.name.startswith(("glGen", "glCreate")) and kind and element == "GLuint":
            return Slot(parameter, "names", element=element, count=count, kind=kind)
        if element == "void":
            raise NoPlan(f"{parameter.name}: memory of unknown size to be written")
        return Slot(parameter, "out", element=element, count=count or "answer_elements_max",
                    names=facts.get(f"names:{parameter.name}"))
    if element in ("GLchar", "GLcharARB") and length is None:
        return Slot(parameter, "text", element=element)
    if count is None and length and re.fullmatch(r"COMPSIZE\(pname\)", length) and element != "void":
        return Slot(parameter, "few", element=element, count="pname")
    if count is None:
        raise NoPlan(f"{parameter.name}: length {length}")
    if kind and element == "GLuint":
        if kind not in KINDS:
            raise NoPlan(f"{parameter.name}: names of kind {kind}")
        return Slot(parameter, "names", element=element, count=count, kind=kind, nullable=nullable)
    if element == "void":
        element = "GLubyte"
    return Slot(parameter, "array", element=element, count=count, nullable=nullable,
                instead=facts.get(f"instead:{parameter.name}"))


def plan_command(command, number, facts):
    plan = Plan(command, number)
    plan.then = facts.get("then", "")
    plan.before = facts.get("before", "")
    plan.first = facts.get("first", "")
    plan.answer = facts.get("answer", "")
    plan.learns = facts.get("learns", "")
    plan.draws = "draws" in facts
    if "none" in facts:
        plan.why = facts["none"]
        return plan
    for way in ("hand", "local"):
        if way in facts:
            plan.way = way
            return plan
    try:
        scalars = {p.name for p in command.parameters if p.type in WORDS}
        plan.slots = [plan_slot(p, command, facts, scalars) for p in command.parameters]
        if command.returns != "void" and command.returns not in WORDS:
            raise NoPlan(f"returns {command.returns}")
    except NoPlan as why:
        plan.slots = []
        plan.why = str(why)
        return plan
    names = [slot for slot in plan.slots if slot.what == "names"]
    if names and command.name.startswith(("glGen", "glCreate")):
        plan.way = "gen"
    elif names and command.name.startswith("glDelete"):
        plan.way = "delete"
    elif command.returns != "void" or any(slot.what == "out" for slot in plan.slots):
        plan.way = "asked"
        if command.returns != "void" and not re.match(r"gl(Get|Is|Check|Are|Query)", command.name) \
                and "returns" not in facts:
            plan.way, plan.why = "none", f"returns {command.returns}"
    else:
        plan.way = "sent"
    return plan


def plans_of(known):
    numbers, facts = read_numbers(), read_overlay()
    by_name = {command.name: command for command in known.commands}
    unknown = {name for name, its in facts.items() if name not in by_name
               and not (set(its) == {"same"} and name in known.aliases)}
    if unknown:
        sys.exit(f"wire_overlay.txt speaks of unknown commands: {sorted(unknown)}")
    for name, its in facts.items():
        if name in by_name:
            by_name[name].alias = its.get("same", by_name[name].alias)
    plans = {}
    for command in known.commands:
        its = facts.get(command.name, {})
        if command.alias in by_name and (not its or "same" in its):
            continue
        if command.name not in numbers:
            sys.exit(f"{command.name} has no number: run wire.py GL_XML --number")
        plans[command.name] = plan_command(command, numbers[command.name],
                                           facts.get(command.name, {}))
    others = {c.name: plans[c.alias] for c in known.commands
              if c.name not in plans}
    # A vendor's name for a command that there is, too.
    for name, alias in known.aliases.items():
        alias = facts.get(name, {}).get("same", alias)
        plan = plans.get(alias) or others.get(alias)
        if name not in plans and plan:
            others.setdefault(name, plan)
    return plans, others


def assign_numbers(known):
    """Numbers are never given again and never change: a driver in a machine that was saved years
    ago speaks to today's server."""
    numbers = read_numbers()
    next_number = max(numbers.values(), default=255) + 1
    with NUMBERS.open("a") as file:
        for command in known.commands:
            if command.name not in numbers:
                file.write(f"{next_number} {command.name}\n")
                next_number += 1


# ------------------------------------------------------------------------------------------ ops

def ops_header(plans):
    yield "#pragma once\n\n#include <cstdint>\n\nnamespace blink::gl {\n"
    yield "// What a record in a GL stream is about. 1 to 255: gl/wire.h."
    yield "enum class WireOp : std::uint16_t {"
    for plan in sorted(plans.values(), key=lambda plan: plan.number):
        yield f"  {plan.field} = {plan.number},"
    yield f"}};\n\ninline constexpr unsigned wire_ops = {max(p.number for p in plans.values()) + 1};"
    yield "\n}  // namespace blink::gl"


# --------------------------------------------------------------------------------------- thunks

def kind_constant(kind):
    return "NameKind::" + kind.replace(" ", "_")


def scalars_of(plan):
    return {slot.name for slot in plan.slots if slot.what == "scalar"}


def thunk(plan):
    """The function that replays one record."""
    yield f"void eval_{plan.field}(Replay& replay_, Record& in_) {{"
    arguments = []
    has_answer = plan.way == "asked"
    for slot in plan.slots:  # numbers first, as they stand in the record
        if slot.what == "scalar":
            unused = "[[maybe_unused]] " if slot.instead else ""
            yield f"  {unused}const {slot.type} {slot.name} = in_.scalar<{slot.type}>();"
        elif slot.what == "name" and (slot.kind_by or slot.kind == "framebuffer"):
            yield f"  const {slot.type} {slot.name}_there = in_.scalar<GLuint>();"
        elif slot.what == "name":
            # Asking makes no object.
            call = "known_name" if has_answer else "name"
            yield f"  const {slot.type} {slot.name} = replay_.{call}({kind_constant(slot.kind)}, in_.scalar<GLuint>());"
        elif slot.what == "sync":
            yield f"  const GLsync {slot.name} = replay_.sync(in_.scalar<GLuint>());"
    if has_answer:
        yield "  Answer answer_ = replay_.answer(in_.scalar<GLuint>());"
    for slot in plan.slots:
        if slot.kind == "framebuffer" and slot.what == "name":
            call = "read_framebuffer" if slot.name == "readFramebuffer" else "framebuffer"
            yield f"  const {slot.type} {slot.name} = replay_.{call}({slot.name}_there);"
        if slot.kind_by:
            yield (f"  const {slot.type} {slot.name} = "
                   f"replay_.known_name(kind_of_object({slot.kind_by}), {slot.name}_there);")
        if slot.what == "pixel":
            yield (f"  const void* const {slot.name} = "
                   f"in_.array<GLubyte>(pixel_bytes(format, type), Null::allowed);")
        elif slot.what == "array":
            null = ", Null::allowed" if slot.nullable else ""
            yield f"  const {slot.element}* const {slot.name} = in_.array<{slot.element}>({slot.count}{null});"
        elif slot.what == "few":
            yield f"  const {slot.element}* const {slot.name} = in_.few<{slot.element}>();"
        elif slot.what == "text":
            yield f"  const {slot.element}* const {slot.name} = in_.text();"
        elif slot.what == "names":
            null = ", Null::allowed" if slot.nullable else ""
            if plan.way in ("gen", "delete"):
                yield f"  const std::span<const GLuint> {slot.name} = in_.client_names({slot.count});"
            else:
                yield f"  const GLuint* const {slot.name} = replay_.names({kind_constant(slot.kind)}, in_, {slot.count}{null});"
        elif slot.what == "bytes":
            yield (f"  const Images::Pixels {slot.name} = "
                   f"replay_.images.unpack_bytes(in_, {slot.size});")
        elif slot.what == "image":
            # Of a bitmap, the kind of pixels goes without saying.
            kind = "format, type" if "format" in scalars_of(plan) else "GL_COLOR_INDEX, GL_BITMAP"
            yield (f"  const Images::Pixels {slot.name} = "
                   f"replay_.images.unpack(in_, {kind}, {{{slot.size}}});")
        elif slot.what == "out":
            yield f"  const Out<{slot.element}> {slot.name} = answer_.out<{slot.element}>({slot.count});"
            if slot.names:
                yield f"  answer_.names({slot.names});"
    yield "  if (in_.is_bad()) return;"
    # Nothing is attached to a surface (OpenGL 4.6, section 9.2.8), nor is it an object.
    if re.match("(Named)?Framebuffer(Tex|Render|Param|Sample)", plan.field):
        of = "framebuffer_there == 0" if plan.field.startswith("Named") else \
            "replay_.is_surface(target)"
        yield f"  if ({of}) return replay_.raise(GL_INVALID_OPERATION);"
    if plan.field == "IsFramebuffer":
        yield "  if (framebuffer_there == 0) return answer_.give([&] { answer_.result(GLboolean{0}); });"
    # The driver would take the memory of a record for the buffer's, and keep it (AMD_pinned_memory).
    if plan.field == "BindBuffer":
        yield "  if (target == external_memory_buffer) return replay_.raise(GL_INVALID_ENUM);"
    if plan.way in ("gen", "delete"):
        slot = next(slot for slot in plan.slots if slot.what == "names")
        others = [s.name for s in plan.slots if s is not slot]
        call = "gen" if plan.way == "gen" else "remove"
        many = slot.count.removeprefix("elements(").removesuffix(")")
        yield f"  if ({many} < 0) return replay_.raise(GL_INVALID_VALUE);"
        # One is how many names; what stands before it says what kind of thing is to be made.
        first = f"{others[0]}, " if len(others) > 1 else ""
        yield (f"  replay_.{call}({kind_constant(slot.kind)}, {slot.name}, "
               f"[&](GLsizei many, {'GLuint' if plan.way == 'gen' else 'const GLuint'}* made) "
               f"{{ replay_.gl.{plan.field}({first}many, made); }});")
        if CHANGES_ARRAYS.search(plan.field):
            yield "  replay_.draws.arrays_changed();"
        yield "}"
        return
    for slot in plan.slots:
        if slot.what == "text" and slot.count:
            yield f"  if (is_cut_off({slot.name}, {slot.count})) return replay_.raise(GL_INVALID_VALUE);"
    for slot in plan.slots:
        if slot.what == "bytes":
            yield f"  if (!{slot.name}.is_good) return replay_.raise(GL_INVALID_OPERATION);"
    image = next((slot for slot in plan.slots if slot.what == "image"), None)
    if image and image.without == "nothing":
        yield f"  if (!{image.name}.is_good) return;"
    # Without pixels a part of an image is no part; what else is wrong with it is still an error.
    empty = image.size.split(",") if image and image.without == "empty" else []
    for slot in plan.slots:
        if slot.what == "out":
            arguments.append(f"{slot.name}.data()")
        elif slot.what == "bytes":
            arguments.append(f"{slot.name}.data")
        elif slot is image:
            pixels = f"{slot.name}.is_good ? {slot.name}.data : nullptr"
            element = slot.type.removeprefix("const ").removesuffix("*")
            arguments.append(pixels if element == "void" else
                             f"static_cast<const {element}*>({pixels})")
        elif slot.instead:
            arguments.append(slot.instead)
        elif slot.name in empty:
            arguments.append(f"{image.name}.is_good ? {slot.name} : 0")
        else:
            arguments.append(slot.name)
    call = f"replay_.gl.{plan.field}({', '.join(arguments)})"
    if has_answer:
        result = f"answer_.result({call});" if plan.command.returns != "void" else f"{call};"
        yield f"  answer_.give([&] {{ {result} }});"
    elif plan.draws:
        yield f"  replay_.draws.run(0, INT32_MAX, Draws::any_instances, [&] {{ {call}; }});"
    else:
        yield f"  {call};"
    if plan.field == "Begin":
        yield "  replay_.begins(mode);"
    if plan.field == "End":
        yield "  replay_.ends();"
    if plan.field in ("NewList", "EndList"):
        yield f"  replay_.compiles({'mode == GL_COMPILE' if plan.slots else 'false'});"
    if CHANGES_ARRAYS.search(plan.field):
        yield "  replay_.draws.arrays_changed();"
    if re.match("(En|Dis)able(Indexed|i|$)", plan.field):
        yield f"  replay_.draws.capability_changed({plan.slots[0].name});"
    if "ClientAttrib" in plan.field:
        yield "  replay_.images.storage_changed();"
    yield "}"


def is_plain(plan):
    """Whether its thunk takes numbers, and then does something that cannot go wrong."""
    if plan.way in ("none", "local", "hand", "asked"):
        return False
    done = list(thunk(plan))[len(plan.slots) + 2:]
    return (all(slot.what == "scalar" for slot in plan.slots) and
            not any("in_." in line or "return" in line for line in done))


def plain_words(plan):
    return 1 + sum(slot.words for slot in plan.slots)


def plain_case(plan):
    """What does so with a record whose length is known to be right, and goes on to the next."""
    yield f"  plain_{plan.field}: {{"
    yield f"  if (words_.size() <= {plain_words(plan)}) return words_.size();"
    at = 1
    for slot in plan.slots:
        yield f"  const {slot.type} {slot.name} = plain_number<{slot.type}>(words_.numbers(), {at});"
        at += slot.words
    yield from list(thunk(plan))[len(plan.slots) + 2:]  # with its last brace
    yield f"  BLINK_NEXT({at});"


def plain_source(plain):
    """The function that replays plain records one behind the other: each finds the next, so that the
    processor learns what follows what. One that nothing follows is left to the other way: so there
    is one question for both, whether the record is all there, and whether there is a next."""
    yield "#define BLINK_NEXT(words)                                                       \\"
    yield "  words_.drop(words);                                                           \\"
    yield "  header_ = words_.numbers().load(0);                                           \\"
    yield "  place_ = &places[wire_op(header_) % places_count];                            \\"
    yield "  if (place_->header != header_) return words_.size();                          \\"
    yield "  __extension__({ goto *place_->code; })\n"
    yield "std::size_t run_plain(Replay& replay_, vso::guest_words words_) {"
    yield "  constexpr std::uint32_t places_count = 4096;"
    yield "  static_assert(wire_ops <= places_count);"
    yield "  struct Place {\n    std::uint32_t header;  // as it must be\n    const void* code;\n  };"
    yield "  // Where there is none stands a header that is another place's."
    yield "  __extension__ static const Place places[places_count] = {"
    for number in range(4096):
        if number in plain:
            plan = plain[number]
            yield f"      {{wire_header({number}, {plain_words(plan)}), &&plain_{plan.field}}},"
        else:
            yield f"      {{wire_header({number ^ 1}, 0), nullptr}},"
    yield "  };"
    yield "  std::uint32_t header_ = 0;\n  const Place* place_ = nullptr;"
    yield "  if (words_.size() == 0) return 0;\n  BLINK_NEXT(0);"
    for plan in plain.values():
        yield from plain_case(plan)
    yield "}\n\n#undef BLINK_NEXT"


def thunks_source(plans):
    yield "#include \"gl/generated/enums.h\"\n#include \"stackreplay/answer.h\""
    yield "#include \"stackreplay/object_names.h\"\n#include \"stackreplay/record.h\""
    yield "#include \"stackreplay/replay.h\"\n#include \"stackreplay/thunks.h\"\n"
    yield "namespace blink::stackreplay {\n\nusing namespace gl;  // the types of arguments\n"
    offered = [plan for plan in plans.values() if plan.way not in ("none", "local")]
    for plan in offered:
        if plan.way == "hand":
            yield f"void eval_{plan.field}(Replay& r, Record& in);"
    yield "\nnamespace {\n"
    for plan in offered:
        if plan.way != "hand":
            yield from thunk(plan)
    plain = {plan.number: plan for plan in offered if is_plain(plan)}
    by_number = {plan.number: plan for plan in offered}
    yield "\n}  // namespace\n\nconst Thunk thunks[wire_ops] = {"
    for number in range(256):
        yield f"    nullptr,  // {number}" if number % 64 == 0 else "    nullptr,"
    for number in range(256, max(p.number for p in plans.values()) + 1):
        yield f"    eval_{by_number[number].field}," if number in by_number else "    nullptr,"
    yield "};\n"
    yield from plain_source(plain)
    yield "\n}  // namespace blink::stackreplay"


# ------------------------------------------------------------------------------------- encoders

def of_context(call):
    """A call of the Context, and what of it is shared."""
    return "context_->" + call.replace("(shared->", "(context_->shared->")


def encoder(plan, table):
    """The command as a program calls it."""
    command = plan.command
    parameters = ", ".join(f"{slot.type} {slot.name}" for slot in plan.slots)
    nothing = "" if command.returns == "void" else " {}"
    yield f"{command.returns} GL_APIENTRY icd_{plan.field}({parameters}) {{"
    yield f"  Context* const context_ = current_context();"
    yield f"  if (context_ == nullptr) return{nothing};"
    if plan.before:
        yield f"  context_->{plan.before};"
    if plan.first:
        yield f"  if (context_->{plan.first}) return{nothing};"
    if plan.answer:
        yield f"  if (const auto known_ = {of_context(plan.answer)}) return *known_;"
    yield "  StreamWriter& stream_ = context_->stream;"
    words = sum(slot.words for slot in plan.slots)
    payloads = []
    for slot in plan.slots:
        if slot.what in ("array", "names"):
            if plan.way == "gen" and slot.what == "names":
                yield f"  context_->make_names({kind_constant(slot.kind)}, {slot.name}, {slot.count});"
            yield (f"  const Payload {slot.name}_data = stream_.payload({slot.name}, "
                   f"{slot.count}, sizeof({slot.element}));")
        elif slot.what == "few":
            yield (f"  const Payload {slot.name}_data = stream_.payload({slot.name}, "
                   f"parameter_count({slot.count}), sizeof({slot.element}));")
        elif slot.what == "text":
            length = f", {slot.count}" if slot.count else ""
            yield f"  const Payload {slot.name}_data = stream_.text({slot.name}{length});"
        elif slot.what == "pixel":
            yield (f"  const Payload {slot.name}_data = "
                   f"stream_.payload({slot.name}, pixel_bytes(format, type), 1);")
        elif slot.what == "bytes":
            yield (f"  const ImageSource {slot.name}_data = "
                   f"byte_source(*context_, {slot.name}, {slot.size});")
        elif slot.what == "image":
            kind = "format, type" if "format" in scalars_of(plan) else "GL_COLOR_INDEX, GL_BITMAP"
            yield (f"  const ImageSource {slot.name}_data = "
                   f"image_source(*context_, {slot.name}, {kind}, {slot.size});")
        else:
            continue
        payloads.append((f"{slot.name}_data", slot.what in ("image", "bytes")))
    if plan.way == "asked":
        words += 1
    total = " + ".join([str(words)] + [f"{payload}.words()" for payload, _ in payloads])
    followed, is_sure = state_table.call(table, plan)
    yield from followed
    yield (f"  [[maybe_unused]] WireWords out_ = "
           f"stream_.record(WireOp::{plan.field}, {total}, {is_sure});")
    for slot in plan.slots:
        if slot.what in ("scalar", "name"):
            yield f"  out_.put({slot.name});"
        if slot.what == "sync":
            yield f"  out_.put(number_of_sync({slot.name}));"
        if slot.what == "name" and slot.kind:
            yield f"  context_->saw({kind_constant(slot.kind)}, {slot.name});"
    if plan.way == "asked":
        yield "  out_.put(stream_.answer_place());"
    for payload, is_image in payloads:
        yield f"  {payload}.put(out_);" if is_image else f"  out_.put({payload});"
    if plan.way == "delete":
        slot = next(slot for slot in plan.slots if slot.what == "names")
        yield f"  context_->remove_names({kind_constant(slot.kind)}, {slot.name}, {slot.count});"
    if plan.then:
        yield f"  context_->{plan.then};"
    if plan.way == "asked":
        yield "  Reply reply_ = stream_.ask();"
        for slot in plan.slots:
            if slot.what == "out":
                yield f"  reply_.take({slot.name});"
        if plan.learns:
            yield f"  {of_context(plan.learns)};"
        if command.returns != "void":
            yield f"  return reply_.result<{command.returns}>();"
    yield "}"


def unoffered_extensions(known, entries):
    """A vendor's extensions of which a command is missing. One that ARB stands for may lack a few:
    programs ask for it because of the others."""
    for name, commands in sorted(known.extensions.items()):
        if name.split("_")[1] not in registry.VENDORS and commands - set(entries) \
                or name in NEVER_OFFERED:
            yield name


def encoders_source(known, plans, others):
    yield "#include \"client-icd/encode.h\"\n#include \"client-icd/entry_points.h\""
    yield "#include \"gl/generated/enums.h\"\n#include \"gl/generated/state_tracking.h\"\n"
    yield "namespace blink::icd {\n\nusing namespace gl;\n"
    table = state_table.Table(known)
    offered = {name: plan for name, plan in plans.items() if plan.way != "none"}
    for plan in offered.values():
        if plan.way in ("hand", "local"):
            command = plan.command
            types = ", ".join(p.type for p in command.parameters)
            yield f"{command.returns} GL_APIENTRY icd_{plan.field}({types});"
    yield "\nnamespace {\n"
    for plan in offered.values():
        if plan.way not in ("hand", "local"):
            yield from encoder(plan, table)
    entries = {name: plan.field for name, plan in offered.items()}
    entries.update({name: plan.field for name, plan in others.items() if plan.way != "none"})
    yield "\n}  // namespace\n\n// By name, for a binary search."
    yield f"const EntryPoint entry_points[] = {{"
    for name in sorted(entries):
        yield f"    {{\"{name}\", reinterpret_cast<gl::Procedure>(icd_{entries[name]})}},"
    yield f"}};\nconst std::size_t entry_point_count = {len(entries)};"
    yield "\n// By name, likewise."
    unoffered = list(unoffered_extensions(known, entries))
    yield f"const char* const unoffered_extensions[] = {{"
    for name in unoffered:
        yield f"    \"{name}\","
    yield f"}};\nconst std::size_t unoffered_extension_count = {len(unoffered)};"
    yield "\n}  // namespace blink::icd"


# ----------------------------------------------------------------------------------------- page

def page(plans, others):
    yield "# How every command of OpenGL is handled\n"
    ways = {}
    for plan in plans.values():
        ways.setdefault(plan.way, []).append(plan)
    for way in ("sent", "asked", "gen", "delete", "hand", "local", "none"):
        here = ways.get(way, [])
        yield f"\n## {way}: {len(here)}\n"
        for plan in here:
            also = sorted(name for name, its in others.items() if its is plan)
            more = f": {plan.why}" if plan.why else ""
            yield f"- {plan.command.name}{more}" + (f" (also {', '.join(also)})" if also else "")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1])
    known = registry.Registry(source)
    if sys.argv[2] == "--number":
        return assign_numbers(known)
    plans, others = plans_of(known)
    lines = {
        "--ops": lambda: ops_header(plans),
        "--thunks": lambda: thunks_source(plans),
        "--encoders": lambda: encoders_source(known, plans, others),
        "--page": lambda: page(plans, others),
    }[sys.argv[2]]()
    path = pathlib.Path(sys.argv[3])
    path.parent.mkdir(parents=True, exist_ok=True)
    is_code = path.suffix in (".h", ".cpp")
    banner = [f"// Written by gl/wire.py from Khronos' registry ({source.name}). Do not edit.\n"]
    path.write_text("\n".join([*(banner if is_code else []), *lines, ""]))


if __name__ == "__main__":
    main()
