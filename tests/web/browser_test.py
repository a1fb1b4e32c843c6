#!/usr/bin/env python3
"""The page in a real browser: it shows the screen, and what is done there arrives.

    browser_test.py BIN_DIR [PICTURE.png]

Runs Chromium without a display and speaks with it through its DevTools protocol. Exits 77 where
there is no Chromium.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from websocket import WebSocket

SKIPPED = 77


class Page:
    """A page of the browser, spoken to through DevTools."""

    def __init__(self, port):
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list"))
        url = next(page["webSocketDebuggerUrl"] for page in pages if page["type"] == "page")
        self.socket = WebSocket(port, "/" + url.split("/", 3)[3])
        self.number = 0

    def call(self, method, **params):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.receive())
            if answer.get("id") == self.number:
                assert "error" not in answer, answer
                return answer["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    def open(self, address):
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=address)

    def mouse(self, kind, x, y, **params):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **params)

    def has_chip(self, x, y):
        """Whether the screen has the colour of the gears' name there."""
        red, green, blue = self.value(f"Array.from(picture.getImageData({x}, {y}, 1, 1).data)")[:3]
        return green > 100 and green > red and blue < green / 2


def becomes(what, is_so, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.1)
    sys.exit(f"FAILED: {what}")


def port_of(profile):
    """Chromium writes its port there when it listens."""
    path = pathlib.Path(profile) / "DevToolsActivePort"
    becomes("the browser starts", lambda: path.is_file() and "\n" in path.read_text(), 60)
    return int(path.read_text().split()[0])


def check(page, address, blink, picture):
    page.call("Emulation.setDeviceMetricsOverride", width=1000, height=760, deviceScaleFactor=1,
              mobile=False)
    page.open(address)
    becomes("the screen is shown", lambda: page.value("canvas.width") == 640)
    becomes("the page says so", lambda: page.value("statusLine.className") == "seen good")
    becomes("the window has come", lambda: page.has_chip(37, 40))

    box = page.value("(({left, top}) => [left, top].join())(canvas.getBoundingClientRect())")
    left, top = map(float, box.split(","))

    # Over its edge the pointer says which way that moves.
    def cursor_at(x, y):
        page.mouse("mouseMoved", left + x, top + y)
        time.sleep(0.1)
        return page.value("canvas.style.cursor")
    becomes("the pointer says that an edge moves",
            lambda: cursor_at(24 + 380 + 3, 200) == "ew-resize")
    becomes("the pointer is an arrow again", lambda: cursor_at(24 + 100, 200) == "default")

    # It is dragged by its title bar.
    page.mouse("mousePressed", left + 120, top + 40, button="left", buttons=1, clickCount=1)
    page.mouse("mouseMoved", left + 200, top + 100, button="left", buttons=1)
    page.mouse("mouseMoved", left + 300, top + 200, button="left", buttons=1)
    page.mouse("mouseReleased", left + 300, top + 200, button="left", clickCount=1)
    becomes("the window moves", lambda: page.has_chip(217, 200) and not page.has_chip(37, 40))

    # Keys put it on the left half of the screen.
    for kind, code in (("keyDown", "MetaLeft"), ("keyDown", "ArrowLeft"), ("keyUp", "ArrowLeft"),
                       ("keyUp", "MetaLeft")):
        page.call("Input.dispatchKeyEvent", type=kind, code=code)
    becomes("the window takes half the screen", lambda: page.has_chip(14, 15))
    becomes("frames are counted", lambda: "frames/s" in page.value("statusLine.textContent"))
    print(page.value("statusLine.textContent"))
    if picture:
        data = page.call("Page.captureScreenshot")["data"]
        pathlib.Path(picture).write_bytes(base64.b64decode(data))

    page.open(re.sub("#.*", "#" + "0" * 32, address))
    becomes("a wrong token is named", lambda: "blink web" in (page.value("notice.textContent")
                                                              or ""))
    page.open(address)
    becomes("it connects again", lambda: page.value("statusLine.className") == "seen good")
    subprocess.run([blink, "down"], check=True, stdout=subprocess.DEVNULL)
    becomes("a server that is gone is missed",
            lambda: page.value("statusLine.textContent") == "reconnecting")


def main():
    programs = pathlib.Path(sys.argv[1])
    picture = sys.argv[2] if len(sys.argv) > 2 else None
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        print("SKIPPED: Chromium is not installed")
        return SKIPPED
    blink = programs / "blink"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["BLINK_RUNTIME_DIR"] = folder + "/run"
        profile = folder + "/profile"
        up = subprocess.run([blink, "up", "--web", "0", "--size", "640x480"], check=True,
                            capture_output=True, text=True)
        address = re.search(r"http://\S+", up.stdout)[0]
        gears = subprocess.Popen([programs / "demo-gears"], stdout=subprocess.DEVNULL)
        browser = subprocess.Popen(
            [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
             "--disable-dev-shm-usage", "--remote-debugging-port=0", f"--user-data-dir={profile}",
             "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            check(Page(port_of(profile)), address, blink, picture)
        finally:
            for process in (browser, gears):
                process.terminate()
                process.wait()
            subprocess.run([blink, "down"], check=False, capture_output=True)
    print("the page works")
    return 0


if __name__ == "__main__":
    sys.exit(main())
