#!/usr/bin/env python3
"""Checks that no command of OpenGL was forgotten.

    check_commands.py OPCODES LEFT_OUT GL_XML

Every command that desktop OpenGL requires in any version must be in OPCODES, or fit exactly the
lines of LEFT_OUT that say why it is not; no line may fit a command of OPCODES, or none at all.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree


def required(xml):
    return {command.get("name").removeprefix("gl")
            for feature in ElementTree.parse(xml).getroot().findall("feature")
            if feature.get("api") == "gl"
            for command in feature.findall("require/command")}


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.split(None, 1) for line in file if line.strip() and not line.startswith("#")]


def opcodes(path):
    with open(path, encoding="utf-8") as file:
        words = [line.split() for line in file if line.startswith("0x")]
    return {row[1] for row in words if int(row[0], 16) >= 0x100 and row[2:3] != ["retired"]}


def main():
    here, commands = opcodes(sys.argv[1]), required(sys.argv[3])
    lines = [(re.compile(pattern), pattern) for pattern, _ in rows(sys.argv[2])]
    findings = [f"{name} is neither in the table nor left out for a reason"
                for name in sorted(commands - here)
                if not any(line.fullmatch(name) for line, _ in lines)]
    for line, pattern in lines:
        findings += [f"{name} is in the table, and left out by {pattern}"
                     for name in sorted(here) if line.fullmatch(name)]
        if not any(line.fullmatch(name) for name in commands - here):
            findings.append(f"{pattern} fits nothing")
    print("\n".join(findings) or
          f"{len(commands & here)} commands are in the table, {len(commands - here)} are left out")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
