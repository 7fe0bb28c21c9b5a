"""Opens a page from disk in Chromium: pictures, load time, requests that leave, findings of axe-core.

python experiments/0022-page/look.py page.html pictures/ axe.min.js   (npm pack axe-core has axe.min.js)
"""

import sys
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

VIEWS = (
    ("desk-uk", 1280, "light", "uk"),
    ("phone-uk", 390, "light", "uk"),
    ("desk-en", 1280, "dark", "en"),
    ("phone-en", 390, "dark", "en"),
)
FINDINGS = "axe.run().then(found => JSON.stringify(found.violations.map(each => [each.id, each.impact, each.nodes.length])))"


def findings(view: CDPSession, axe: str) -> str:
    view.send("Runtime.evaluate", {"expression": axe})
    found = view.send(
        "Runtime.evaluate", {"expression": FINDINGS, "awaitPromise": True, "returnByValue": True}
    )
    return str(found["result"].get("value"))


def look(page: Page, address: str, name: str, language: str, pictures: Path, axe: str) -> None:
    page.on("request", lambda request: print("request:", request.url) if request.url != address else None)
    page.on("console", lambda message: print("console:", message.text))
    view = page.context.new_cdp_session(page)
    view.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(address)
    page.wait_for_selector("html[data-ready]", state="attached")
    spent = {each["name"]: each["value"] for each in view.send("Performance.getMetrics")["metrics"]}
    print(
        f"{name}: shown after {page.evaluate('performance.now()'):.0f} ms, {1000 * spent['TaskDuration']:.0f} ms of processor"
    )
    page.locator(f"[data-lang={language}]").click()
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    print(f"{name}: axe", findings(view, axe))
    page.locator("#articles .open").first.click()
    page.screenshot(path=pictures / f"{name}-article.png")
    print(f"{name}, an article opened: axe", findings(view, axe))


def main(page: Path, pictures: Path, axe: Path) -> None:
    pictures.mkdir(exist_ok=True)
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, width, scheme, language in VIEWS:
            context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme)
            look(
                context.new_page(),
                page.resolve().as_uri(),
                name,
                language,
                pictures,
                axe.read_text(encoding="utf-8"),
            )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
