"""Pictures of the screens of a demonstration: all of them into a folder, four of them put together for the README.

    scripts/pictures [FOLDER]
"""

import asyncio
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image
from playwright.async_api import async_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests"))
from Support.daemon import free_port  # noqa: E402
from Support.waiting import until  # noqa: E402

# name: (address, width, height)
SCREENS = {
    "start": ("/", 1366, 768),
    "kiosk": ("/kiosk/", 1080, 1920),
    "kiosk-landscape": ("/kiosk/", 1280, 1024),
    "board": ("/board/", 1920, 1080),
    "counter": ("/counter/?n=1", 1366, 768),
    "rating": ("/rating/?counter=1", 1280, 800),
    "supervisor": ("/supervisor/", 1440, 900),
    "figures": ("/supervisor/figures.html", 1440, 900),
    "settings": ("/supervisor/settings.html", 1440, 900),
    "emergency": ("/supervisor/emergency.html", 1440, 900),
    "signin": ("/signin/", 1366, 768),
    "prints": ("/prints/", 1366, 900),
}


async def take(base, folder):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (path, width, height) in SCREENS.items():
            page = await browser.new_page(viewport={"width": width, "height": height})
            await page.goto(base + path)
            # Drawn from the daemon's first word; a page that never gets there fails here.
            await page.wait_for_function("document.querySelector('main, body')?.innerText.trim().length > 40", timeout=15000)
            if name == "counter":
                # Somebody to be seen at the counter.
                await page.wait_for_selector("#current .num, #current b", timeout=15000)
            await page.evaluate("document.fonts.ready")
            await page.screenshot(path=folder / f"{name}.png")
            await page.close()
        await browser.close()


def compose(folder):
    """Board and counter left, kiosk right, supervisor below the counter's side: 1600 px wide, few colours."""
    sheet = Image.new("RGB", (1600, 1100), "#dcd8cf")
    places = [("board", 1060, 20, 20), ("counter", 520, 20, 640), ("supervisor", 520, 560, 640), ("kiosk", 480, 1100, 20)]
    for name, width, x, y in places:
        image = Image.open(folder / f"{name}.png").convert("RGB")
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        sheet.paste(image, (x, y))
    lowest = max(y + round(Image.open(folder / f"{n}.png").height * w / Image.open(folder / f"{n}.png").width) for n, w, _, y in places)
    sheet.crop((0, 0, 1600, lowest + 20)).quantize(128, method=Image.Quantize.MEDIANCUT).save(
        ROOT / "docs/screens.png", optimize=True)


def main():
    port = free_port()
    demo = subprocess.Popen(
        [ROOT / ".build/release/motcua", "demo", "--port", str(port), "--share", ROOT],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        import urllib.request

        def busy():
            try:
                import json
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/board", timeout=5) as answer:
                    return len(json.load(answer)["calls"]) >= 4
            except OSError:
                return False

        until(busy, 180, "some calls of the demonstration")
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else temporary)
            folder.mkdir(parents=True, exist_ok=True)
            asyncio.run(take(f"http://127.0.0.1:{port}", folder))
            compose(folder)
    finally:
        demo.terminate()
        demo.wait(20)


main()
