#!/usr/bin/env python3
"""Checks that dependencies point one way, and a few more rules about where code may stand.

    check_layering.py [ROOT [BUILD]]

ROOT is the project (default: the one this file is in), BUILD where it was built (default:
ROOT/build): generated headers of FOLDER are in BUILD/FOLDER/include/FOLDER. Prints one line for
each finding and exits 1 when there is any.

The rules are the tables below. The checker reads text and knows no preprocessor: an #include counts
wherever it stands outside a comment.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys
from collections import namedtuple

# What each top-level folder may include, beside itself; a * also matches slashes. The order is the
# order of dependence: a folder uses only folders above it. "!" takes something back.
ARROWS = {
    "common": [],
    "gl": ["common/*"],
    "vso": ["common/*"],
    "jit": ["common/*", "gl/*"],
    "stackreplay": ["common/*", "gl/*", "vso/guest_memory.h", "vso/blink_vso.h"],
    "server": ["common/*", "gl/*", "vso/*", "jit/*", "stackreplay/*"],
    "client-icd": ["common/*", "gl/*", "!gl/sink*", "vso/*", "jit/isa*", "jit/builder*",
                   "jit/generated*"],
    "fbdriver": ["vso/blink_vso.h"],
    "machines": ["common/*", "vso/*", "jit/isa*", "jit/builder*", "jit/generated*"],
    "demos": ["common/*", "vso/blink_*.h", "vso/client*.h", "jit/isa*", "jit/builder*",
              "jit/generated*"],
    "cli": ["common/*", "gl/*", "vso/*", "jit/*", "stackreplay/*", "server/*", "client-icd/*",
            "machines/*", "demos/*.h"],
    "tests": ["*"],
    "tools": ["*"],
}

# Who may use a driver's own interface: everybody else goes through gl/. The like for AsmJit: what
# verifies a procedure cannot assemble one. And what replays a client's stream is not in blinkd.
DRIVER_HEADERS = {
    "GL/*": ["gl/*", "client-icd/glx/*", "tests/client-icd/gl*.cpp",
             "tests/client-icd/swap_program.cpp", "cli/bench/gl_calls.cpp", "cli/bench/gl_textures.cpp"],
    "GLES*": ["gl/*", "tests/client-icd/egl_*.cpp"],
    "EGL/*": ["gl/*", "server/screen/output*", "client-icd/egl/*", "tests/client-icd/egl_*.cpp",
              "tests/client-icd/swap_program.cpp"],
    "KHR/*": ["gl/*", "server/screen/output*"],
    "GLFW/*": ["gl/*", "server/screen/output*"],
    "asmjit/*": ["jit/compile/*"],
    "stackreplay/*": ["stackreplay/*", "server/renderer/*", "cli/bench/replay_bench.cpp", "tests/*"],
}

# Functions that only some files may call, and why.
GUARDED_CALLS = {
    "lend_to_driver": (["vso/*", "gl/*", "stackreplay/record.cpp",
                        "server/picture_objects.cpp", "server/frame_surface.cpp",
                        "server/renderer/procedure_renderer.cpp", "tests/vso/*"],
                       "it hands unchecked guest memory to a driver"),
}

# Headers that also C programs and kernels include.
C_HEADERS = ["vso/blink_vso.h"]

LINES_MAX = 800
LINES_MAX_EXEMPT = ["tests/*"]

CODE = {".h", ".c", ".cpp"}
ALSO_COUNTED = {".py", ".sh", ".cmake"}

Finding = namedtuple("Finding", "path line rule text")


class File:
    """A file of the project: its path from the root, its lines, and its lines without comments."""

    def __init__(self, root, path):
        self.path = path.relative_to(root).as_posix()
        self.folder = self.path.split("/")[0]
        self.suffix = path.suffix
        text = path.read_text(encoding="utf-8", errors="replace")
        self.lines = text.splitlines()
        self.code = without_comments(text).splitlines() if path.suffix in CODE else []

    def includes(self):
        """(line number, '"' or '<', header) of each #include."""
        for number, line in enumerate(self.code, 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            if match:
                yield number, match[1], match[2]


def without_comments(text):
    """C or C++ with its comments blanked and its lines kept."""
    token = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''

    def blank(match):
        found = match[0]
        return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found

    return re.sub(token, blank, text, flags=re.DOTALL)


def matches(path, patterns):
    allowed = False
    for pattern in patterns:
        if fnmatch.fnmatchcase(path, pattern.lstrip("!")):
            allowed = not pattern.startswith("!")
    return allowed


def project_files(root):
    folders = [d for d in sorted(root.iterdir()) if d.is_dir()
               and not d.name.startswith(".") and not re.fullmatch(r"build(-.*)?", d.name)]
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (path.suffix in CODE | ALSO_COUNTED
                                   or path.name == "CMakeLists.txt"):
                yield File(root, path)


# --- The rules: each yields findings about one file, or about the whole project ------------------

def check_folder_is_known(file):
    if file.suffix in CODE and file.folder not in ARROWS:
        yield Finding(file.path, 1, "folder", f"{file.folder}/ is not in the table of folders: say "
                      "in ARROWS (tests/layering/check_layering.py) what it may include")


def check_arrows(file):
    for line, _, header in file.includes():
        target = header.split("/")[0]
        if "/" not in header or target not in ARROWS or file.folder not in ARROWS:
            continue
        if target != file.folder and not matches(header, ARROWS[file.folder]):
            may = " ".join(ARROWS[file.folder]) or "nothing of the project"
            yield Finding(file.path, line, "arrow", f"{file.folder}/ may not include {header}, "
                          f"only {may}: move what both need to a folder below, or pass it in")


def check_include_paths(file, root, build):
    for line, quote, header in file.includes():
        generated = build / header.split("/")[0] / "include"
        exists = (root / header).is_file() or (generated / header).is_file()
        if quote == "<" and header.split("/")[0] in ARROWS and exists:
            yield Finding(file.path, line, "quote", f'write "{header}": <> is for what is not ours')
        if quote == '"' and not exists:
            yield Finding(file.path, line, "path", f"no {header} in the project: write the path "
                          'from its root, as in "common/status.h", and <> for what is not ours')
        if quote == '"' and exists and ("/" not in header or ".." in header):
            yield Finding(file.path, line, "path", f'{header}: write the path from the project\'s '
                          'root, as in "common/status.h"')


def check_driver_headers(file):
    for line, _, header in file.includes():
        for pattern, allowed in DRIVER_HEADERS.items():
            if fnmatch.fnmatchcase(header, pattern) and not matches(file.path, allowed):
                yield Finding(file.path, line, "driver", f"only {' '.join(allowed)} may include "
                              f"{header}: it stands behind an interface")


def check_guarded_calls(file):
    for name, (allowed, reason) in GUARDED_CALLS.items():
        for number, line in enumerate(file.code, 1):
            if re.search(rf"\b{name}\s*\(", line) and not matches(file.path, allowed):
                yield Finding(file.path, number, "call", f"only {' '.join(allowed)} may call "
                              f"{name}(): {reason}")


def check_header_start(file):
    first = next(((n, line) for n, line in enumerate(file.lines, 1) if line.strip()), (1, ""))
    if file.suffix == ".h" and not re.match(r"//|/\*|#pragma once", first[1]):
        yield Finding(file.path, first[0], "start", "a header starts with a comment on what it is "
                      "for, or with #pragma once")


def check_length(file):
    if len(file.lines) > LINES_MAX and not matches(file.path, LINES_MAX_EXEMPT):
        yield Finding(file.path, LINES_MAX + 1, "length", f"{len(file.lines)} lines, more "
                      f"than {LINES_MAX}: look for the seam and split it")


ROOT_DIR = "${PROJECT_SOURCE_DIR}/"


def check_compiled(files):
    """Each .cpp is named in a CMakeLists.txt of its folder or one above; ${x} may be any text."""
    named = []
    for file in files:
        if not file.path.endswith("CMakeLists.txt"):
            continue
        text = re.sub(r"#.*", "", "\n".join(file.lines))
        text = text.replace("${CMAKE_CURRENT_SOURCE_DIR}/", "")
        place = file.path[:-len("CMakeLists.txt")]
        for word in re.findall(r'[^\s()";]+\.cpp', text):
            base = "" if word.startswith(ROOT_DIR) else place
            parts = re.split(r"\$\{\w+\}", word.removeprefix(ROOT_DIR))
            named.append(re.compile(re.escape(base) + ".*".join(map(re.escape, parts))))
    for file in files:
        if file.suffix == ".cpp" and not any(name.fullmatch(file.path) for name in named):
            yield Finding(file.path, 1, "compiled", "no CMakeLists.txt names this file, so nobody "
                          "compiles it: add it, or delete it")


def check_architecture(root):
    """The table of folders for people has those of ARROWS, as far as they are in the table."""
    page = root / "ARCHITECTURE.md"
    rows = {}
    for number, line in enumerate(page.read_text().splitlines() if page.is_file() else [], 1):
        match = re.match(r"\| `([\w-]+)/` \|.*\| (.*) \|$", line)
        if match:
            rows[match[1]] = (number, match[2])
    for folder, (number, words) in rows.items():
        arrows = [arrow.split("/")[0] for arrow in ARROWS.get(folder, []) if arrow[0] != "!"]
        known = {"all"} if "*" in arrows else {arrow for arrow in arrows if arrow in rows}
        told = {word for word in re.findall(r"[\w-]+", words) if word == "all" or word in rows}
        if told != known:
            yield Finding(page.name, number, "table", f"{folder}/: ARROWS in tests/layering lets "
                          f"it include {' '.join(sorted(known)) or 'nothing'}")


def check_c_headers(root):
    for header in C_HEADERS:
        if not (root / header).is_file():
            continue
        for line, _, included in File(root, root / header).includes():
            if included.split("/")[0] in ARROWS or (root / included).is_file():
                yield Finding(header, line, "c-header", f"includes {included}: this header stands "
                              "alone, other projects copy it")
        compiled = subprocess.run(
            ["cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only",
             "-x", "c", header], cwd=root, capture_output=True, text=True, check=False)
        if compiled.returncode != 0:
            error = re.search(r":(\d+):\d+: (?:fatal )?error: (.*)", compiled.stderr)
            line, text = (int(error[1]), error[2]) if error else (1, compiled.stderr.strip())
            yield Finding(header, line, "c-header", f"is not C11: {text}")


def check(root, build):
    files = list(project_files(root))
    findings = [*check_compiled(files), *check_c_headers(root), *check_architecture(root)]
    for file in files:
        findings += check_folder_is_known(file)
        findings += check_arrows(file)
        findings += check_include_paths(file, root, build)
        findings += check_driver_headers(file)
        findings += check_guarded_calls(file)
        findings += check_header_start(file)
        findings += check_length(file)
    return sorted(findings), len(files)


def main():
    here = pathlib.Path(__file__).resolve()
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else here.parents[2]
    build = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else root / "build"
    findings, count = check(root, build)
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.rule}: {finding.text}")
    print(f"{count} files, {len(findings)} findings")
    if count == 0:
        print(f"{root}: no files at all; is this the project's root?")
    return 1 if findings or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
