"""Opens a results page from disk in Chromium, folded and unfolded: pictures, heights, requests, findings of axe-core.

python experiments/0022-page/look_results.py results.html pictures/ axe.min.js
"""

import sys
from pathlib import Path

from look import findings
from playwright.sync_api import Browser, sync_playwright

VIEWS = (("desk", 1280), ("phone", 390))
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"


def look(
    browser: Browser, address: str, name: str, width: int, scheme: str, pictures: Path, axe: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda request: print("request:", request.url) if request.url != address else None)
    page.on("console", lambda message: print("console:", message.text))
    view = context.new_cdp_session(page)
    page.goto(address)
    for state in ("folded", "unfolded"):
        if state == "unfolded":
            view.send("Runtime.evaluate", {"expression": UNFOLD})
        size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        page.screenshot(path=pictures / f"{name}-{scheme}-{state}.png", full_page=True)
        print(f"{name}, {scheme}, {state}: {size[0]} × {size[1]}, axe {findings(view, axe)}")
    context.close()


def main(page: Path, pictures: Path, axe: Path) -> None:
    pictures.mkdir(exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, width in VIEWS:
            for scheme in ("light", "dark"):
                look(
                    browser,
                    page.resolve().as_uri(),
                    name,
                    width,
                    scheme,
                    pictures,
                    axe.read_text(encoding="utf-8"),
                )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
