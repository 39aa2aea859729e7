"""Makes the pictures of docs/recurrence.md: Recurrence in a browser, step by step.

    rnnexp train -m experiment=recall model=gru,gru_chrono,lstm_chrono seed=0,1,2 \\
        trainer.stop_when_solved=false trainer.steps=400 callbacks.gate_statistics.every=10 \\
        callbacks.timestep_gradients.every=10 hydra.sweep.dir=recall
    tensorboard --logdir recall --port 6006 &
    python docs/recurrence_pictures.py http://127.0.0.1:6006/

It needs Playwright and Debian's package `chromium`.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
RUN = "3_gru_chrono_seed=0"


def main(address: str) -> None:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for theme in ("light", "dark"):
            page = chromium.new_page(viewport={"width": 1280, "height": 1000})
            page.goto(f"{address}#recurrence")
            if theme == "dark":
                page.evaluate("document.body.classList.add('dark-mode')")
            _series(page, theme)
        chromium.close()


def _series(page: Page, theme: str) -> None:
    frame = page.wait_for_selector("iframe", state="attached").content_frame()

    def take(name: str) -> None:
        page.mouse.move(640, 5)
        frame.wait_for_selector("main[aria-busy=false]")
        page.screenshot(path=PICTURES / f"recurrence_{name}_{theme}.png")

    frame.wait_for_selector("#memory svg")
    frame.locator("nav .runs button", has_text=RUN).click()
    frame.locator("#unit", has_text="gates of unit").wait_for()
    take("1_who_remembers")
    page.keyboard.press("Home")
    take("2_before_training")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    take("3_while_it_learns")
    page.keyboard.press("End")
    gates = frame.locator("#gates image").nth(2)
    size = gates.evaluate("image => image.getBoundingClientRect().toJSON()")
    gates.click(position={"x": 0.6 * size["width"], "y": 0.9 * size["height"]})
    take("4_another_unit")
    frame.evaluate("document.querySelector('#sequence').scrollIntoView()")
    take("5_gradients")
    frame.evaluate("document.querySelector('#terms').scrollIntoView()")
    take("6_runs")


if __name__ == "__main__":
    main(sys.argv[1])
