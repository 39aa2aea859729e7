"""Recurrence in a real browser, on a real TensorBoard.

This needs Playwright (`pip install playwright`, part of the extra `dev`) and a Chromium: Debian's
package `chromium`, or any other one, whose path the variable CHROMIUM names.
"""

import os
import re
import shutil
import time
from contextlib import contextmanager

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="needs a Chromium: install Debian's `chromium`, or set CHROMIUM"
)
PATIENCE = 90_000  # milliseconds
SIZE = """area => {
    area.scrollIntoView({block: "center"});
    return area.getBoundingClientRect().toJSON();
}"""


@contextmanager
def browser():
    """A Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield started
        finally:
            started.close()


class Page:
    """The page of Recurrence.

    Args:
        chromium: The browser.
        address: The address of TensorBoard.
        view: The part of the address that says what is looked at, such as "&unit=2".

    Attributes:
        window: The browser's page.
        problems: What the browser complained of.
        bytes: How much the plugin has sent.
    """

    path = "data/plugin_entry.html?name=recurrence"  # without TensorBoard around it

    def __init__(self, chromium, address, view=""):
        self.window = chromium.new_page(viewport={"width": 1280, "height": 1000})
        self.window.set_default_timeout(PATIENCE)
        self.problems, self.bytes = [], 0
        self.window.on("pageerror", lambda error: self.problems.append(str(error)))
        self.window.on("dialog", lambda dialog: (self.problems.append("dialog"), dialog.dismiss()))
        self.window.on("console", self._heard)
        self.window.on("response", self._answered)
        self.window.goto(f"{address}{self.path}#recurrence{view}")
        self.frame = self._frame()
        self.settle()

    def _frame(self):
        return self.window.main_frame

    def _heard(self, message):
        own = "plugin/recurrence" in message.location.get("url", "")
        if message.type == "error" and (own or "Content Security" in message.text):
            self.problems.append(message.text)

    def _answered(self, response):
        if "plugin/recurrence" in response.url:
            self.bytes += int(response.headers.get("content-length") or 0)

    def settle(self):
        """Wait until everything is drawn as it is selected now."""
        self.frame.wait_for_selector("main[aria-busy=false]")

    def drawn(self, panel):
        """Wait until a panel is drawn."""
        self.settle()
        self.frame.wait_for_selector(f"#{panel} svg")
        return self.frame.locator(f"#{panel}")

    def text(self, panel):
        """All that a panel says."""
        return self.drawn(panel).text_content()

    def wait_for(self, panel, text):
        """Wait until a panel says something."""
        self.frame.locator(f"#{panel}", has_text=text).wait_for()

    def place(self, panel, across, down, nth=0):
        """An image or plane of a panel, and a place in it, from 0 to 1 across and down.

        Both are Playwright's, which finds them anew where the page draws in between.
        """
        area = self.drawn(panel).locator(".pickable").nth(nth)
        size = area.evaluate(SIZE)
        return area, {"x": across * size["width"], "y": down * size["height"]}

    def tip_at(self, *place):
        """What the tip says while the pointer is at a place. A redraw hides it."""
        tip, end = self.frame.locator(".tip"), time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            self.window.mouse.move(0, 0)
            area, position = self.place(*place)
            area.hover(position=position, force=True)  # a row may be less than a pixel high
            if tip.is_visible():
                return tip.text_content()
        raise AssertionError(f"no tip at {place}")

    def click(self, *place):
        """Click at a place."""
        area, position = self.place(*place)
        area.click(position=position, force=True)


class Tab(Page):
    """The same page as TensorBoard shows it, in a frame."""

    path = ""

    def _frame(self):
        return self.window.wait_for_selector("iframe", state="attached").content_frame()


def numbers_in(text):
    return [float(n.replace("−", "-")) for n in re.findall(r"[−-]?\d[\d.]*(?:e[−-]?\d+)?", text)]
