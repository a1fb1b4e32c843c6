#!/usr/bin/env python3
"""Checks how the project's files are written.

    check_format.py clang ROOT   C and C++ are as clang-format would write them
    check_format.py text ROOT    Python compiles, shell scripts parse, no stray blanks, and no file
                                 names a path or a package host of somebody's machine

Prints one line for each finding and exits 1 when there is any; exits 77 when it cannot tell.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

# Other versions lay out some details differently: only this one's word counts.
CLANG_FORMAT_MAJOR = 14
SKIPPED = 77

CODE = {".h", ".c", ".cpp"}
PLAIN = CODE | {".py", ".sh", ".cmake", ".md", ".txt", ".json"}

# What holds on one machine only. (The [] keep this file from finding itself.)
MACHINE_TEXT = [
    (re.compile(r"(?<![\w.})/-])/(wor[k]|roo[t])/"), "a path of one machine"),
    (re.compile(r"\b(deb|security|snapshot|ftp(\.\w+)?)\.debia[n]\.org|\bregistry\.npmj[s]\.|"
                r"\bpyp[i]\.org|\bfiles\.pythonhoste[d]\.|\bproxy\.golan[g]\.|"
                r"\bcrate[s]\.io|\barchive\.ubunt[u]\.com"), "a package host"),
]


def project_files(root):
    """Tracked files and new ones that are not ignored; without git, all but builds and hidden."""
    git = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(git, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        names = []
        for folder, folders, files in os.walk(root):
            folders[:] = [d for d in folders if not re.fullmatch(r"\.(git|cache)|build(-.*)?", d)]
            names += [os.path.relpath(os.path.join(folder, file), root) for file in files]
    paths = (root / name for name in sorted(set(names)) if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def read_text(path):
    """The file's text, or None when it is no text."""
    data = path.read_bytes()
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def is_shell(path, text):
    return path.suffix == ".sh" or re.match(r"#!.*\b(ba|da)?sh\b", text) is not None


def is_python(path, text):
    return path.suffix == ".py" or re.match(r"#!.*\bpython3?\b", text) is not None


# --- Each check yields (line, text) ---------------------------------------------------------------

def check_python(path, text):
    try:
        compile(text, str(path), "exec")
    except SyntaxError as error:
        yield error.lineno or 1, f"is not Python: {error.msg}"


def check_shell(path):
    result = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        line = re.search(r"line (\d+):", result.stderr)
        yield int(line[1]) if line else 1, f"bash -n: {result.stderr.splitlines()[0]}"


def check_blanks(text):
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            yield number, "a tab: write blanks (in a string \\t)"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "the last line has no end"


def check_machine_text(text):
    for number, line in enumerate(text.split("\n"), 1):
        for pattern, what in MACHINE_TEXT:
            found = pattern.search(line)
            if found:
                yield number, f"names {what} ({found[0]}): say it so that it holds everywhere"


def check_text(root):
    findings = []
    for path in project_files(root):
        text = read_text(path)
        if text is None:
            continue
        found = list(check_machine_text(text))
        if is_python(path, text):
            found += check_python(path, text)
        if is_shell(path, text):
            found += check_shell(path)
        if path.suffix in PLAIN or is_python(path, text) or is_shell(path, text):
            found += check_blanks(text)
        findings += [f"{path.relative_to(root)}:{line}: {what}" for line, what in found]
    return findings


# --- clang-format ---------------------------------------------------------------------------------

def clang_format():
    """The command, or None and the reason why there is none to ask."""
    for name in (f"clang-format-{CLANG_FORMAT_MAJOR}", "clang-format"):
        command = shutil.which(name)
        if not command:
            continue
        version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
        major = re.search(r"version (\d+)", version.stdout)
        if major and int(major[1]) == CLANG_FORMAT_MAJOR:
            return command, ""
        return None, f"this is clang-format {major[1] if major else '?'}, not {CLANG_FORMAT_MAJOR}"
    return None, "there is no clang-format"


def check_clang(root, command):
    files = [str(p.relative_to(root)) for p in project_files(root) if p.suffix in CODE]
    if not files:
        return []
    result = subprocess.run([command, "--dry-run", "-Werror", "--style=file", *files], cwd=root,
                            capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return []
    places = re.findall(r"^(\S+?:\d+):\d+: error: .*clang-format", result.stderr, re.MULTILINE)
    if not places:
        return [f"clang-format failed: {result.stderr.strip()}"]
    return [f"{place}: clang-format would write this differently: clang-format -i "
            f"{place.split(':')[0]}" for place in dict.fromkeys(places)]


def main():
    what, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if what == "clang":
        command, reason = clang_format()
        if not command:
            print(f"SKIPPED: {reason}")
            return SKIPPED
        findings = check_clang(root, command)
    else:
        findings = check_text(root)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
