#!/usr/bin/env python3
"""A part of piglit's tests by the host's own driver and by ours: every difference is explained.

    run.py BIN_DIR LIB_DIR [--renew]

subset.txt names the tests, a few of each extension and version, without those that take more than
four seconds or look at the clock. expected.txt has a line for each that ends differently: how it ends with our driver,
a word that says why, and the test; its head says what the words mean. A difference without a line
fails; a line without a difference is told. What differs runs once more by itself, because tests
look at clocks, and X servers refuse crowds. --renew writes expected.txt anew: new differences have
the word "?", and fail until somebody has found one.

Exits 77 where piglit is not installed (2 GB), or no X server.
"""

import bz2
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = pathlib.Path(__file__).parent
SUBSET, EXPECTED = HERE / "subset.txt", HERE / "expected.txt"
SECONDS_MAX = 30  # of one test
GOOD = {"pass", "warn"}


def kind_of(result):
    """Whether a test is good, and not how bad it is; skipped is a kind of its own."""
    return "pass" if result in GOOD else "skip" if result == "skip" else "fail"


def read_expected():
    """The text of its head, and {test: (kind, word)}."""
    head, known = [], {}
    for line in EXPECTED.read_text().splitlines() if EXPECTED.exists() else []:
        if line.startswith("#") or not line:
            head.append(line)
        else:
            kind, word, test = line.split(" ", 2)
            known[test] = (kind, word)
    return head, known


@contextlib.contextmanager
def x_server():
    """A display of its own."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x1024x24", "-maxclients", "2048"],
        pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as display:
            yield ":" + display.readline().strip()
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def blink_server(bin_dir, folder):
    runtime = folder / "blink"
    runtime.mkdir(mode=0o700)
    blink = [str(bin_dir / "blink")]
    at = ["--runtime-dir", str(runtime)]
    subprocess.run(blink + ["up", "--output", "headless", *at], check=True,
                   stdout=subprocess.DEVNULL)
    try:
        yield runtime
    finally:
        subprocess.run(blink + ["down", *at], stdout=subprocess.DEVNULL)


def run_piglit(tests, environment, folder, jobs):
    """{test: result}"""
    listed = folder / "tests"
    listed.write_text("".join(f"{test}\n" for test in tests))
    results = folder / "results"
    with open(folder / "log", "w") as log:
        subprocess.run(["piglit", "run", "--overwrite", "-l", "quiet", "-p", "glx", "-j", str(jobs),
                        "--timeout", str(SECONDS_MAX), "--test-list", str(listed), "quick_gl",
                        str(results)], env=environment, stdout=log, stderr=log, check=True)
    with bz2.open(results / "results.json.bz2") as file:
        found = json.load(file)["tests"]
    # It writes names in small letters.
    names = {test.lower(): test for test in tests}
    return {names[name.replace("\\", "@")]: result["result"] for name, result in found.items()}


def differences(native, ours):
    return {test for test in ours if kind_of(native[test]) != kind_of(ours[test])}


def compare(tests, drivers, folder, known):
    """The results by both drivers, of what differs unexpectedly those of another try."""
    native, ours = (run_piglit(tests, driver, folder, os.cpu_count()) for driver in drivers)
    again = sorted(test for test in differences(native, ours)
                   if known.get(test, ("", "?"))[0] != kind_of(ours[test]))
    for results, driver in zip((native, ours), drivers) if again else ():
        for test, result in run_piglit(again, driver, folder, 1).items():
            if results[test] not in GOOD:
                results[test] = result
    return native, ours


def drivers_of(display, runtime, bin_dir, lib_dir):
    """Environments for the host's driver and for ours, which is the one that they say it is."""
    base = {**os.environ, "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"}
    native = {**base, "__GLX_VENDOR_LIBRARY_NAME": "mesa"}
    ours = {**base, "__GLX_VENDOR_LIBRARY_NAME": "blink", "LD_LIBRARY_PATH": str(lib_dir),
            "BLINK_RUNTIME_DIR": str(runtime)}
    for environment, is_blink in ((native, False), (ours, True)):
        said = subprocess.run([bin_dir / "gl_checks"], env=environment, capture_output=True,
                              text=True).stderr
        if said.startswith("drawn by ") and ("Blink" in said) == is_blink:
            continue
        sys.exit(f"FAILED: the driver is another: {said}")
    return native, ours


def counts(results):
    kinds = [kind_of(result) for result in results.values()]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("pass", "fail", "skip"))


def main():
    if not (shutil.which("piglit") and shutil.which("wflinfo")):
        print("SKIPPED: piglit and waffle-utils are not installed (2 GB)")
        return SKIPPED
    if not shutil.which("Xvfb"):
        print("SKIPPED: Xvfb is not installed")
        return SKIPPED
    bin_dir, lib_dir = (pathlib.Path(folder).resolve() for folder in sys.argv[1:3])
    tests = SUBSET.read_text().splitlines()
    head, known = read_expected()
    with tempfile.TemporaryDirectory() as name, x_server() as display:
        folder = pathlib.Path(name)
        with blink_server(bin_dir, folder) as runtime:
            native, ours = compare(tests, drivers_of(display, runtime, bin_dir, lib_dir), folder,
                                   known)
    print(f"the host's driver: {counts(native)}\nours: {counts(ours)}")
    different = {test: (kind_of(ours[test]), known.get(test, ("", "?"))[1])
                 for test in sorted(differences(native, ours))}
    if "--renew" in sys.argv:
        lines = [f"{kind} {word} {test}" for test, (kind, word) in different.items()]
        EXPECTED.write_text("\n".join(head + lines) + "\n")
    for test in sorted(set(known) - set(different)):
        print(f"differs no more: {test}")
    unexplained = [test for test, (kind, word) in different.items()
                   if word == "?" or known.get(test) != (kind, word)]
    for test in unexplained:
        print(f"UNEXPLAINED: {native[test]} by the host's driver, {ours[test]} by ours: {test}")
    return bool(unexplained)


if __name__ == "__main__":
    sys.exit(main())
