#!/usr/bin/env python3
"""The state of a context as the program's side holds it: tables and code of state_table.txt.

    state_table.py GL_XML --items FILE      the items, and how to find them (gl/generated/state_items.h)
    state_table.py GL_XML --tracking FILE   what commands do to them (gl/generated/state_tracking.h)
    state_table.py GL_XML --commands FILE   these commands with arguments by chance, for tests

wire.py asks Tracking what an encoder calls: track_X returns whether command X certainly succeeds.
"""

import pathlib
import re
import sys

import registry

HERE = pathlib.Path(__file__).parent
TABLE = HERE / "state_table.txt"

WORDS = {"boolean": 1, "number": 1, "name": 1, "bits": 1, "real": 1, "colour": 1,
         "normal": 1, "long_real": 2, "long_colour": 2, "long_number": 2}
GROUPS = ["current", "point", "line", "polygon", "polygon_stipple", "pixel", "lighting", "fog",
          "depth", "accum", "stencil", "viewport", "transform", "enable", "color", "hint", "eval",
          "list", "texture", "scissor"]
MULTISAMPLE = 0x20000000
CLIENT_GROUPS = {"pixel_store": 1 << 24, "vertex_array": 1 << 25}


class Item:
    def __init__(self, name, type_, count, kind, copies, groups, initial, is_cap=False, is_limit=False):
        self.name, self.type, self.count = name, type_, count
        self.kind, self.copies = kind, copies
        self.groups = [] if groups == "-" else groups.split("|")
        self.initial, self.is_cap, self.is_limit = initial, is_cap, is_limit

    @property
    def constant(self):
        return self.name.lower()

    @property
    def mask(self):
        mask = 0
        for group in self.groups:
            if group == "multisample":
                mask |= MULTISAMPLE
            elif group in CLIENT_GROUPS:
                mask |= CLIENT_GROUPS[group]
            else:
                mask |= 1 << GROUPS.index(group)
        return mask

    @property
    def is_kept(self):
        """Whether glPushAttrib and glPushClientAttrib keep its value."""
        return bool(self.groups) and self.copies <= 16


class Rule:
    """What is said of one command."""

    def __init__(self, when, condition, effects):
        self.when, self.condition, self.effects = when, condition, effects


class Effect:
    PATTERN = re.compile(r"(?:\[(?P<guard>[^\]]*)\] )?(?P<what>@?\w+)(?:\[(?P<index>\w+)\])?"
                         r"(?:\.(?P<part>\d))? = (?P<values>.*?)(?: if (?P<known>.*))?")

    def __init__(self, text):
        match = self.PATTERN.fullmatch(text)
        if not match:
            sys.exit(f"state_table.txt: no effect: {text}")
        self.given = None  # so many components are the command's, the others what there is otherwise
        self.guard, self.what, self.index, self.part, self.values, self.known = match.group(
            "guard", "what", "index", "part", "values", "known")


APIS = ["gl", "glcore", "gles2"]  # in the order of state::Api


def mask_of(apis):
    return sum(1 << i for i, api in enumerate(APIS) if api in apis)


class Table:
    def __init__(self, known):
        self.known = known
        self.values = {e.name: int(e.value, 16 if e.value.startswith("0x") else 10)
                       for e in known.enumerants}
        self.sets, self.items, self.aliases, self.rules, self.nothing = {}, [], {}, {}, []
        for line in TABLE.read_text().splitlines():
            line = line.split("#")[0].strip()
            if line:
                self._read(line)
        self.items.sort(key=lambda item: (not item.is_kept, item.copies > 16))
        self.by_name = {item.name: item for item in self.items}
        commands = {command.name for command in known.commands}
        for command in self.rules:
            if command not in commands:
                sys.exit(f"state_table.txt speaks of an unknown command: {command}")
        for command in known.commands:
            if command.name not in self.rules:
                rule = _rule_of_vertices(command)
                if rule:
                    self.rules[command.name] = rule

    def _read(self, line):
        word, _, rest = line.partition(" ")
        if word == "set":
            name, *values = rest.split()
            self.sets[name] = values
        elif word == "item":
            what, _, initial = rest.partition(" = ")
            name, type_, *more = what.split()
            type_, _, count = type_.partition("*")
            kind, copies = (more[0], int(more[1])) if len(more) == 3 else ("", 1)
            self.items.append(Item(name, type_, int(count or 1), kind, copies, more[-1],
                                   initial.split()))
        elif word == "caps":
            what, names = rest.split(": ")
            *kind, groups = what.split()
            kind, copies = (kind[0], int(kind[1])) if kind else ("", 1)
            for name in names.split():
                initial = ["1"] if name in ("DITHER", "MULTISAMPLE") else []
                self.items.append(Item(name, "boolean", 1, kind, copies, groups, initial, True))
        elif word == "limits":
            type_, names = rest.split(": ")
            type_, _, count = type_.partition("*")
            self.items += [Item(name, type_, int(count or 1), "", 1, "-", [], is_limit=True)
                           for name in names.split()]
        elif word == "alias":
            name, item = rest.split()
            self.aliases[name] = item
        elif word == "nothing":
            self.nothing += [re.compile(each) for each in rest.split()]
        elif rest == "hand":
            self.rules[word] = Rule("hand", "", [])
        else:
            condition, effects = re.split(r"(?<!\|)\|(?!\|)", rest, maxsplit=1)
            when, _, others = condition.strip().partition(" ")
            if when in ("now", "any"):
                condition = others
            else:
                when = ""
            self.rules[word] = Rule(when, condition.strip(),
                                    [Effect(each.strip()) for each in effects.split(";")
                                     if each.strip()])

    def changes_nothing(self, field):
        return any(pattern.fullmatch(field) for pattern in self.nothing)


# Of the current values: the command's name, less its type and size; the item; what is behind the
# numbers that are not given.
CURRENT = {
    "Color": ("CURRENT_COLOR", 4), "SecondaryColor": ("CURRENT_SECONDARY_COLOR", 4),
    "Normal": ("CURRENT_NORMAL", 3), "TexCoord": ("CURRENT_TEXTURE_COORDS", 4),
    "MultiTexCoord": ("CURRENT_TEXTURE_COORDS", 4), "FogCoord": ("CURRENT_FOG_COORD", 1),
    "Index": ("CURRENT_INDEX", 1), "EdgeFlag": ("EDGE_FLAG", 1),
}


def _rule_of_vertices(command):
    """What lies between Begin and End: rows of commands that differ in their types."""
    field = command.field
    if re.fullmatch(r"Vertex[234][dfis]v?", field):
        return Rule("any", "", [])
    if re.fullmatch(r"VertexAttrib(I|L)?[1234]N?(ub|us|ui|b|s|i|f|d)v?", field):
        return Rule("any", "index < 16" if field[len("VertexAttrib")].isdigit() else "false", [])
    match = re.fullmatch(r"(Color|SecondaryColor|Normal|TexCoord|MultiTexCoord|FogCoord|Index"
                         r"|EdgeFlag)([1234]?)(ub|us|ui|b|s|i|f|d|)(v?)", field)
    if not match:
        return None
    what, count, type_, is_array = match.groups()
    item, whole = CURRENT[what]
    count = int(count or 1)
    numbers = [p.name for p in command.parameters]
    if what == "MultiTexCoord":
        numbers = numbers[1:]
    if is_array:
        numbers = [f"{numbers[0]}[{i}]" for i in range(count)]
    is_colour = what in ("Color", "SecondaryColor", "Normal")
    if is_colour and type_ in ("b", "us", "ui", "s", "i"):
        return Rule("any", "", [Effect(f"{item} = ?")])
    values = [f"from_byte({n})" if is_colour and type_ == "ub" else f"{n}" for n in numbers]
    if what == "EdgeFlag":
        return Rule("any", "", [Effect(f"{item} = {values[0]} != 0 if {values[0]} <= 1")])
    values += ["0", "0", "0", "1"][count:whole] if whole == 4 else []
    index = {"MultiTexCoord": "[unit_]", "TexCoord": "[first_]"}.get(what, "")
    condition = "target - GL_TEXTURE0 < 8" if what == "MultiTexCoord" else ""
    effect = Effect(f"{item}{index} = {', '.join(values)}")
    effect.given = count if count < whole else None
    return Rule("any", condition, [effect])


# ---------------------------------------------------------------------------------------- items

def number(table, value):
    return value if re.fullmatch(r"[-\d.]+|0x[0-9A-Fa-f]+", value) else \
        str(table.values["GL_" + value])


def initial_of(item):
    return f"initial_{item.constant}" if item.initial or item.is_cap else "nullptr"


def initial_values(table, item):
    if initial_of(item) == "nullptr":
        return
    numbers = [number(table, value) for value in item.initial or ["0"]]
    numbers = numbers * item.count if len(numbers) == 1 else numbers
    yield f"inline constexpr double {initial_of(item)}[] = {{{', '.join(numbers)}}};"


def items_header(table):
    yield "#pragma once\n\n#include <cstddef>\n#include <cstdint>\n\n#include \"gl/types.h\"\n"
    yield "namespace blink::gl::state {\n"
    yield "enum class Item : std::uint16_t {"
    yield from (f"  {item.constant}," for item in table.items)
    yield "};"
    yield """
enum class Type : std::uint8_t {
  boolean, number, name, bits, real, colour, normal, long_real, long_colour, long_number
};
enum class Kind : std::uint8_t { one, unit, index };

struct ItemInfo {
  GLenum name;
  std::uint32_t groups;  // of glPushAttrib
  std::uint16_t slot;    // of its first copy, where it is said what is known
  std::uint16_t word;    // likewise, where its value is
  std::uint8_t count;    // of components
  std::uint8_t words;    // of a copy
  std::uint8_t copies;
  Type type;
  Kind kind;
  bool is_capability;
  bool is_limit;  // never changes
  std::uint8_t apis;  // a bit for each Api that has it
  const char* text;
  const double* initial;  // null: the driver's
};

// Groups beside those of glPushAttrib: of glPushClientAttrib.
inline constexpr std::uint32_t pixel_store_group = 1u << 24, vertex_array_group = 1u << 25;
"""
    for item in table.items:
        yield from initial_values(table, item)
    slot = word = kept_slots = kept_words = kept_items = 0
    rows = []
    for item in table.items:
        words = WORDS[item.type] * item.count
        word += word % 2 if words % 2 == 0 else 0
        kind = "Kind::" + (item.kind or "one")
        rows.append(f"    {{{table.values['GL_' + item.name]:#x}, {item.mask:#x}, {slot}, {word}, "
                    f"{item.count}, {words}, {item.copies}, Type::{item.type}, {kind}, "
                    f"{'true' if item.is_cap else 'false'}, "
                    f"{'true' if item.is_limit else 'false'}, "
                    f"{mask_of(table.known.apis_of_enumerants['GL_' + item.name])}, \"GL_{item.name}\", "
                    f"{initial_of(item)}}},")
        slot += item.copies
        word += words * item.copies
        if item.is_kept:
            kept_slots, kept_words, kept_items = slot, word, kept_items + 1
    yield f"\ninline constexpr std::size_t items = {len(rows)}, slots = {slot}, words = {word};"
    yield "// What glPushAttrib keeps stands first."
    yield (f"inline constexpr std::size_t kept_items = {kept_items}, kept_slots = {kept_slots}, "
           f"kept_words = {kept_words};")
    yield "inline constexpr ItemInfo infos[items] = {"
    yield from rows
    yield "};"
    yield "constexpr const ItemInfo& info(Item item) { return infos[static_cast<std::size_t>(item)]; }\n"
    yield from names_index(table)
    yield "\n}  // namespace blink::gl::state"


def names_index(table):
    """From a name to its item: a page for each 256 names."""
    numbers = {}
    for number, item in enumerate(table.items):
        value = table.values["GL_" + item.name]
        if value in numbers:
            sys.exit(f"state_table.txt: two items have the number of {item.name}")
        numbers[value] = number
    for name, item in table.aliases.items():
        numbers[table.values["GL_" + name]] = table.items.index(table.by_name[item])
    pages = sorted({value >> 8 for value in numbers})
    yield "inline constexpr std::uint16_t no_item = 0xFFFF;"
    yield "inline constexpr std::uint8_t name_pages[256] = {"
    yield "    " + ", ".join(str(pages.index(page) + 1 if page in pages else 0)
                             for page in range(256)) + "};"
    yield f"inline constexpr std::uint16_t name_table[{len(pages) + 1}][256] = {{"
    yield "    {" + ", ".join(["no_item"] * 256) + "},"
    for page in pages:
        yield "    {" + ", ".join(str(numbers.get(page << 8 | low, "no_item"))
                                  for low in range(256)) + "},"
    yield "};"
    yield "// no_item: there is none of the name."
    yield "constexpr std::uint16_t find(GLenum name) {"
    yield "  return name > 0xFFFF ? no_item : name_table[name_pages[name >> 8]][name & 0xFF];\n}"


# ------------------------------------------------------------------------------------- tracking

def guarded(effect, code):
    return f"if ({effect.guard}) {code}" if effect.guard else code


def set_code(table, effect):
    if effect.what.startswith("@"):
        name = effect.what[1:]
        return guarded(effect, f"its.set_named({name}, {effect.values});")
    item = table.by_name[effect.what]
    ref = f"Item::{item.constant}"
    if effect.values == "?":
        return guarded(effect, f"its.forget({ref});")
    if effect.part:
        return guarded(effect, f"its.set_part<{ref}>({effect.part}, {effect.values});")
    known = f", {effect.known}" if effect.known else ", true"
    if effect.given:
        copy = {"unit_": "target & 7"}.get(effect.index, "0")
        return f"its.set_first<{ref}, {effect.given}>({copy}, {effect.values});"
    if effect.index == "unit_":
        return guarded(effect, f"its.set_copy<{ref}>(target & 7{known}, {effect.values});")
    if effect.index == "first_":  # whichever unit is active
        return guarded(effect, f"its.set_copy<{ref}>(0{known}, {effect.values});")
    if effect.index:
        return guarded(effect, f"its.set_indexed<{ref}>({effect.index}{known}, {effect.values});")
    if item.kind == "unit":
        return guarded(effect, f"its.set_of_unit<{ref}>(true, {effect.values});")
    return guarded(effect, f"its.set<{ref}>({effect.known or 'true'}, {effect.values});")


def tracking(table, command, rule):
    parameters = ", ".join(["Shadow& its"] + [f"[[maybe_unused]] {p.type} {p.name}"
                                              for p in command.parameters])
    items = list(dict.fromkeys(table.by_name[e.what] for e in rule.effects
                               if not e.what.startswith("@")))
    named = [e.what[1:] for e in rule.effects if e.what.startswith("@")]
    mode = {"": "its.takes_commands()", "now": "its.takes_at_once()",
            "any": "its.takes_vertices()"}[rule.when]
    conditions = [mode]
    apis = mask_of(table.known.apis_of_commands[command.name])
    if rule.when != "any" and apis != 7:
        conditions.append(f"its.is_of({apis})")
    if rule.condition:
        conditions.append(f"({rule.condition})" if "||" in rule.condition else rule.condition)
    # The compatibility profile has them all.
    if rule.when != "any":
        # Who has one of these rows has all of it.
        rows = {}
        for item in items:
            row = re.match("BLEND_|STENCIL_", item.name)
            rows.setdefault(row.group() if row else item.name, item)
        conditions += [f"its.has(Item::{item.constant})" for item in rows.values()]
    yield f"inline bool track_{command.field}({parameters}) {{"
    yield f"  if ({' && '.join(conditions)}) [[likely]] {{"
    for effect in rule.effects:
        yield f"    {set_code(table, effect)}"
    yield "    return true;\n  }"
    for item in items:
        yield f"  its.doubt(Item::{item.constant});"
    for name in named:
        yield f"  its.doubt_named({name});"
    yield "  return false;\n}"


def tracking_header(table):
    yield "#pragma once\n\n#include <algorithm>\n\n#include \"gl/generated/enums.h\""
    yield "#include \"gl/state/by_hand.h\"\n#include \"gl/state/shadow.h\"\n"
    yield "namespace blink::gl::state {\n"
    for name, values in table.sets.items():
        yield f"constexpr bool is_{name}(GLenum value) {{\n  switch (value) {{"
        yield from (f"    case GL_{value}:" for value in values)
        yield "      return true;\n    default: return false;\n  }\n}"
    for command in table.known.commands:
        rule = table.rules.get(command.name)
        if rule and rule.when != "hand":
            yield from tracking(table, command, rule)
    yield "\n}  // namespace blink::gl::state"


# ------------------------------------------------------------------------------------- commands

# Beside those of the table, a test calls some that are said to change nothing, or all.
OTHERS = re.compile("Light[fi]v?|Material[fi]v?|TexGen[fi]|TexEnv[fi]|TexParameter[fi]|RasterPos[234][fi]"
                    "|WindowPos[23][fi]|InitNames|LoadName|PushName|PopName|PassThrough|MapGrid1f"
                    "|SampleMaski|Accum|BindTextureUnit|MatrixLoadIdentityEXT"
                    "|MatrixRotatefEXT|BindProgramPipeline|BindSampler|ListBase"
                    "|Flush|PixelStoref|DrawArrays|BindFramebuffer")
NEVER = re.compile(".*Mem(ory)?.*EXT|MatrixP.*EXT|NamedBuffer.*|Link.*|ProgramBinary|DeleteObject.*")


def argument(table, command, parameter, rule):
    if parameter.type in ("GLenum", "GLbitfield") or parameter.name in ("param", "texture") and \
            not parameter.kind and parameter.type in ("GLint", "GLfloat"):
        values = [v for v, e in ((e.value, e) for e in table.known.enumerants)
                  if parameter.group in e.groups]
        asked = re.findall(r"is_(\w+)\([^()]*\b" + parameter.name, rule.condition if rule else "")
        values += [str(table.values["GL_" + v]) for name in asked
                   for v in table.sets.get(name, [])]
        if command.name in ("glEnable", "glDisable", "glEnablei", "glDisablei"):
            values += [str(table.values["GL_" + item.name]) for item in table.items if item.is_cap]
        if command.name == "glBegin":
            values = [str(n) for n in range(10)]
        pool = ", ".join(dict.fromkeys(values)) or "0"
        kind = "bits" if parameter.type == "GLbitfield" else "one_of"
        return f"static_cast<{parameter.type}>(chance.{kind}({{{pool}}}))"
    if parameter.type in ("GLfloat", "GLdouble", "GLclampf", "GLclampd"):
        return f"static_cast<{parameter.type}>(chance.real())"
    if parameter.type == "GLboolean":
        return "static_cast<GLboolean>(chance.below(2))"
    if re.match("gl(Gen|Delete)", command.name) and parameter.type == "GLsizei":
        return "static_cast<GLsizei>(chance.below(6)) - 1"
    if parameter.kind and "*" not in parameter.type:
        return f"static_cast<{parameter.type}>(chance.below(7))"
    if parameter.type in ("GLsizeiptr", "GLintptr"):
        return f"static_cast<{parameter.type}>(chance.below(300)) - 10"
    if "*" not in parameter.type:
        return f"static_cast<{parameter.type}>(chance.number())"
    element = parameter.type.replace("const ", "").replace("*", "").strip()
    if element == "void":
        return "chance.bytes()"
    if parameter.type.startswith("const") and parameter.kind:
        return "chance.names()"
    return f"chance.array<{element}>()"


def commands_source(table):
    yield "#include \"tests/client-icd/chance.h\"\n\nnamespace blink::test {\n"
    yield "using namespace gl;\n"
    yield "const RandomCommand random_commands[] = {"
    count = 0
    for command in table.known.commands:
        rule = table.rules.get(command.name)
        if (not rule and not OTHERS.fullmatch(command.field)) or NEVER.fullmatch(command.field):
            continue
        arguments = ", ".join(argument(table, command, p, rule) for p in command.parameters)
        call_ = f"if (gl.{command.field} != nullptr) gl.{command.field}({arguments});"
        yield (f"    {{\"{command.name}\", []([[maybe_unused]] const Dispatch& gl, "
               f"[[maybe_unused]] Chance& chance) {{ {call_} }}}},")
        count += 1
    yield f"}};\nconst std::size_t random_command_count = {count};"
    yield "\n}  // namespace blink::test"


def call(table, plan):
    """What an encoder says before it writes its record: (lines, whether it is certain)."""
    rule = table.rules.get(plan.command.name)
    if rule:
        arguments = ", ".join(["context_->shadow"] + [slot.name for slot in plan.slots])
        return [f"  const bool is_sure_ = state::track_{plan.field}({arguments});"], "is_sure_"
    textures = [slot.name for slot in plan.slots if slot.what == "name" and slot.kind == "texture"]
    if textures and plan.way != "asked" and "Framebuffer" not in plan.field:
        return [f"  context_->shadow.note_texture({name});" for name in textures] + (
            [] if table.changes_nothing(plan.field) else ["  context_->shadow.doubt_all();"]), "false"
    if plan.way in ("asked",) or table.changes_nothing(plan.field):
        return [], "false"
    return ["  context_->shadow.doubt_all();"], "false"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, path = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[3])
    table = Table(registry.Registry(source))
    lines = {"--items": items_header, "--tracking": tracking_header,
             "--commands": commands_source}[sys.argv[2]](table)
    path.parent.mkdir(parents=True, exist_ok=True)
    banner = f"// Written by gl/state_table.py from state_table.txt and Khronos' registry. Do not edit.\n"
    path.write_text("\n".join([banner, *lines, ""]))


if __name__ == "__main__":
    main()
