"""Khronos' registry of OpenGL (gl.xml), as far as we use it.

Which commands and enumerants: all of desktop OpenGL 1.0 to 4.6, core and compatibility, all of
OpenGL ES 2.0 to 3.2, and every extension of these that ARB, KHR, OES or EXT stands for.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

APIS = {"gl", "glcore", "gles2"}  # the registry calls every ES from 2.0 on "gles2"
VENDORS = {"ARB", "KHR", "OES", "EXT"}


class Parameter:
    def __init__(self, element):
        self.type = _type_before_name(element)
        self.name = element.find("name").text
        self.group = element.get("group")  # of enumerants, or what a number means
        self.kind = element.get("class")  # of object that a name stands for: "texture"
        self.length = element.get("len")  # of an array, an expression


class Command:
    def __init__(self, element):
        proto = element.find("proto")
        self.name = proto.find("name").text
        self.returns = _type_before_name(proto)
        self.parameters = [Parameter(p) for p in element.findall("param")]
        alias = element.find("alias")  # of which this is another name
        self.alias = alias.get("name") if alias is not None else None

    @property
    def field(self):
        return self.name[len("gl"):]

    @property
    def signature(self):
        return (self.returns, tuple(p.type for p in self.parameters))


class Enumerant:
    def __init__(self, element):
        self.name = element.get("name")
        types = {"ull": "GLuint64", "u": "GLuint"}
        self.type = types.get(element.get("type"), "GLenum")
        self.value = element.get("value")
        self.groups = set(filter(None, (element.get("group") or "").split(",")))


class Registry:
    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        self.commands = _commands_of(root)  # by name
        self.enumerants = _enumerants_of(root)  # by name
        # Of every vendor's: other names of commands, and the commands of each extension.
        self.aliases = _aliases_of(root)
        self.extensions = _extensions_of(root)
        # Of a command or an enumerant, which kinds of context have it: "gl" (the compatibility
        # profile), "glcore", "gles2".
        self.apis_of_commands = _apis_of(root, "command")
        self.apis_of_enumerants = _apis_of(root, "enum")


def _type_before_name(element):
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


def _wanted_sets(root):
    for feature in root.findall("feature"):
        if feature.get("api") in APIS:
            yield feature
    for extension in root.findall("extensions/extension"):
        if extension.get("name").split("_")[1] not in VENDORS:
            continue
        if APIS & set(extension.get("supported").split("|")):
            yield extension


def _required(root, kind):
    """Names of this kind ("command" or "enum") in what we want. What a later version of the core
    profile removes stays: compatibility contexts have it."""
    names = set()
    for wanted in _wanted_sets(root):
        for require in wanted.findall("require"):
            if require.get("api") in (None, *APIS):
                names.update(entry.get("name") for entry in require.findall(kind))
    return names


def _apis_of(root, kind):
    apis = {}
    for feature in root.findall("feature"):
        api = feature.get("api")
        if api not in APIS:
            continue
        for require in feature.findall("require"):
            for entry in require.findall(kind):
                apis.setdefault(entry.get("name"), set()).update(
                    {"gl", "glcore"} if api == "gl" else {api})
        for remove in feature.findall("remove"):
            for entry in remove.findall(kind):
                apis.setdefault(entry.get("name"), set()).discard("glcore")
    for extension in root.findall("extensions/extension"):
        supported = APIS & set(extension.get("supported").split("|"))
        for require in extension.findall("require"):
            here = supported & {require.get("api")} if require.get("api") else supported
            for entry in require.findall(kind):
                apis.setdefault(entry.get("name"), set()).update(here)
    return apis


def _commands_of(root):
    wanted = _required(root, "command")
    commands = [
        Command(element) for element in root.findall("commands/command")
        if element.find("proto/name").text in wanted
    ]
    missing = wanted - {command.name for command in commands}
    if missing:
        sys.exit(f"commands that the registry requires but does not define: {sorted(missing)}")
    return sorted(commands, key=lambda command: command.name)


def _aliases_of(root):
    aliases = {}
    for element in root.findall("commands/command"):
        alias = element.find("alias")
        name = element.find("proto/name").text
        aliases[name] = alias.get("name") if alias is not None else None
    return aliases


def _extensions_of(root):
    return {
        extension.get("name"): {
            command.get("name") for require in extension.findall("require")
            if require.get("api") in (None, *APIS) for command in require.findall("command")
        }
        for extension in root.findall("extensions/extension")
        if APIS & set(extension.get("supported").split("|"))
    }


def _enumerants_of(root):
    wanted = _required(root, "enum")
    enumerants = {}
    for element in root.findall("enums/enum"):
        if element.get("name") in wanted and element.get("api") in (None, *APIS):
            enumerants[element.get("name")] = Enumerant(element)
    missing = wanted - set(enumerants)
    if missing:
        sys.exit(f"enumerants that the registry requires but does not define: {sorted(missing)}")
    return [enumerants[name] for name in sorted(enumerants)]
