#!/usr/bin/env python3
"""Shows that check_format.py can fail: each badly written file below must be found, at its line,
and a well written project must not."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

import check_format

CLEAN = {
    "common/status.h": "#pragma once\n\nint status();\n",
    "tool": "#!/usr/bin/env bash\necho '/usr/lib' here/work/there\n",
    "made.py": "print(1)\n",
    "README.md": "# Read\n",
    "picture.png": "\0binary \t\n",
    ".gitignore": "/build/\n",
    "build/ignored.py": "not python\n",
}

# path, line, text of the file
BAD_TEXT = [
    ("tab.cpp", 2, "int a;\n\tint b;\n"),
    ("blank.md", 1, "blank \n"),
    ("return.py", 1, "a = 1\r\n"),
    ("CMakeLists.txt", 1, "project(x) \n"),
    ("open.py", 1, "print(1)"),
    ("broken.py", 2, "a = 1\ndef\n"),
    ("script", 2, "#!/bin/sh\n)\n"),
    ("docs/a.md", 1, "Look into `" + "/wor" + "k/shared`.\n"),
    ("docs/b.json", 1, '{"place": "' + "/roo" + 't/x"}\n'),
    ("Dockerfile", 1, "RUN curl http://deb.debia" + "n.org/\n"),
]
BAD_CODE = ("bad.cpp", 1, "int  main( ) {return 0;}\n")


def findings_with(extra, check, with_git):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in {**CLEAN, **extra}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8", newline="")
        style = pathlib.Path(__file__).resolve().parents[2] / ".clang-format"
        shutil.copy(style, root)
        if with_git:
            subprocess.run(["git", "init", "-q", folder], check=True)
        return check(root)


def failures_of(check, bad, with_git):
    path, line, text = bad
    found = findings_with({path: text}, check, with_git)
    if found and all(finding.startswith(f"{path}:{line}:") for finding in found):
        return []
    return [f"planted at {path}:{line}, reported {found or 'nothing'}"]


def main():
    failures = []
    for with_git in (False, True):
        for finding in findings_with({}, check_format.check_text, with_git):
            failures.append(f"the clean project has a finding: {finding}")
        for bad in BAD_TEXT:
            failures += failures_of(check_format.check_text, bad, with_git)

    command, reason = check_format.clang_format()
    if command:
        def check_clang(root):
            return check_format.check_clang(root, command)
        failures += [f"the clean project has a finding: {finding}"
                     for finding in findings_with({}, check_clang, True)]
        failures += failures_of(check_clang, BAD_CODE, True)

    for failure in failures:
        print(failure)
    print(f"{len(BAD_TEXT) + bool(command)} badly written files planted", reason)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
