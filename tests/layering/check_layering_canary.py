#!/usr/bin/env python3
"""Shows that check_layering.py can fail: plants each kind of violation in a small clean project and
expects that one finding, at that place, and no other."""

import pathlib
import sys
import tempfile

import check_layering

CLEAN = {
    "ARCHITECTURE.md": "| `common/` | x | nothing |\n| `vso/` | x | common |\n| `tests/` | x | all |\n",
    "common/CMakeLists.txt": "add_library(c status.cpp)  # not: lost.cpp\n",
    "common/status.h": "// Results.\n#pragma once\n#include <string>\n",
    "common/status.cpp": '#include "common/status.h"\n// "jit/isa.h" is no include\n',
    "gl/sink.h": '#pragma once\n#include <GL/gl.h>\n#include "common/status.h"\n',
    "vso/blink_vso.h": "/* The boundary. */\n#include <stdint.h>\n",
    "vso/ring.h": "// Asks of lend_to_driver() nothing.\n#pragma once\nvoid lend_to_driver();\n",
    "server/screen/output_a.h": "#pragma once\n#include <EGL/egl.h>\n#include <GLFW/glfw3.h>\n",
    "server/session.h": '#pragma once\n#include "gl/sink.h"\n#include "gl/made.h"\n',
    "tests/CMakeLists.txt": "foreach(name a b)\n  add_executable(${name} part/${name}_test.cpp)\n",
    "tests/part/a_test.cpp": '#include "server/session.h"\n' + "\n" * 900,
}
GENERATED = "gl/include/gl/made.h"  # in the build folder

# rule, path, line of the finding, text of the file
VIOLATIONS = [
    ("folder", "extra/thing.h", 1, "#pragma once\n"),
    ("arrow", "common/bad.h", 2, '#pragma once\n#include "vso/ring.h"\n'),
    ("arrow", "common/bad.h", 2, '#pragma once\n  #  include "gl/sink.h"  // x\n'),
    ("arrow", "vso/bad.h", 2, '#pragma once\n#include "gl/sink.h"\n'),
    ("arrow", "gl/bad.h", 2, '#pragma once\n#include "vso/ring.h"\n'),
    ("arrow", "client-icd/bad.h", 2, '#pragma once\n#include "gl/sink.h"\n'),
    ("arrow", "fbdriver/bad.c", 2, '#include "vso/blink_vso.h"\n#include "vso/ring.h"\n'),
    ("arrow", "demos/bad.h", 2, '#pragma once\n#include "server/session.h"\n'),
    ("table", "ARCHITECTURE.md", 2, "| `common/` | x | nothing |\n| `vso/` | x | nothing |\n"),
    ("table", "ARCHITECTURE.md", 1, "| `demos/` | x | all |\n"),
    ("table", "ARCHITECTURE.md", 1, "| `tests/` | x | nothing |\n"),
    ("quote", "server/bad.h", 2, "#pragma once\n#include <common/status.h>\n"),
    ("path", "common/bad.h", 2, '#pragma once\n#include "status.h"\n'),
    ("path", "common/bad.h", 2, '#pragma once\n#include "common/gone.h"\n'),
    ("path", "common/bad.h", 2, '#pragma once\n#include "common/../common/status.h"\n'),
    ("driver", "server/bad.h", 2, "#pragma once\n#include <GL/gl.h>\n"),
    ("driver", "server/screen/output_bad.h", 2, "#pragma once\n#include <GL/gl.h>\n"),
    ("driver", "server/bad.h", 2, "#pragma once\n#include <EGL/egl.h>\n"),
    ("driver", "demos/bad.h", 2, "#pragma once\n#include <GLFW/glfw3.h>\n"),
    ("call", "server/bad.h", 2, "#pragma once\nauto x(S s) { return s.lend_to_driver (); }\n"),
    ("start", "common/bad.h", 2, "\n#ifndef BAD_H\n"),
    ("length", "common/bad.h", 801, "// long\n" * 801),
    ("compiled", "common/lost.cpp", 1, '#include "common/status.h"\n'),
    ("c-header", "vso/blink_vso.h", 2, '/* x */\n#include "vso/ring.h"\n'),
    ("c-header", "vso/blink_vso.h", 2, "/* x */\nclass Nothing {};\n"),
]


def findings_with(extra):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "project"
        build = pathlib.Path(folder) / "build"
        for path, text in [*{**CLEAN, **extra}.items()]:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        (build / GENERATED).parent.mkdir(parents=True)
        (build / GENERATED).write_text("#pragma once\n", encoding="utf-8")
        return check_layering.check(root, build)[0]


def main():
    failures = [f"the clean project has a finding: {finding}" for finding in findings_with({})]
    for rule, path, line, text in VIOLATIONS:
        found = {(f.rule, f.path, f.line) for f in findings_with({path: text})}
        if found != {(rule, path, line)}:
            failures.append(f"planted {rule} at {path}:{line}, reported {found or 'nothing'}")

    folders = list(check_layering.ARROWS)
    for folder, arrows in check_layering.ARROWS.items():
        for arrow in arrows:
            target = arrow.lstrip("!").split("/")[0]
            if target != "*" and folders.index(target) >= folders.index(folder):
                failures.append(f"ARROWS: {folder} -> {arrow} does not point up the list")

    for failure in failures:
        print(failure)
    print(f"{len(VIOLATIONS)} violations planted")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
