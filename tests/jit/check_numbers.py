#!/usr/bin/env python3
"""Checks that no opcode number was ever given another meaning.

    check_numbers.py OPCODES GOLDEN

Every line of GOLDEN must still be in OPCODES, retired or not, and every opcode must be in GOLDEN.
"""

import sys


def numbers(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.startswith("0x")]
    return {row[0]: row[1] for row in rows}


def main():
    opcodes, golden = numbers(sys.argv[1]), numbers(sys.argv[2])
    findings = [f"{number} was {name}, is {opcodes.get(number, 'nothing')}"
                for number, name in golden.items() if opcodes.get(number) != name]
    findings += [f"{number} {name} is new: add it to {sys.argv[2]}"
                 for number, name in opcodes.items() if number not in golden]
    print("\n".join(findings) or f"{len(golden)} numbers are what they were")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
