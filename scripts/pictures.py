"""docs/screens.png for the README: the board, the kiosk, a counter and the supervisor's page of a running demo.

    scripts/demo --port 8123 &          # let it run for some minutes, so that people wait
    python scripts/pictures.py http://127.0.0.1:8123 docs/screens.png

Needs Playwright (Tests/requirements.txt) and Chromium, as the tests do. SINGLE=folder also keeps each picture at its
real size.
"""

import base64
import os
import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

# path, size of the screen, what is there once it is drawn
SCREENS = {
    "board": ("/board/", (1920, 1080), "#call .num"),
    "kiosk": ("/kiosk/", (1080, 1920), "button.choice"),
    "counter": ("/counter/?n={counter}", (1366, 768), "#current .numrow .num"),
    "supervisor": ("/supervisor/", (1440, 900), "#kpis .num, #kpis b"),
}
LARGEST = 600_000  # bytes; a README is also read over a phone


def settled(page):
    """No event of a page says "drawn": two equal pictures in a row do. A demo moves, so the last of 20 will do too."""
    before = None
    for _ in range(20):
        page.wait_for_timeout(300)
        now = page.screenshot()
        if now == before:
            break
        before = now
    return now


def busy_counter(page):
    """The first counter with a citizen at it; else the first open one."""
    return page.evaluate("""async () => {
      const answer = await fetch('/api/v1/board')
      const counters = answer.ok ? (await answer.json()).counters ?? [] : []
      const one = counters.find((each) => each.ticket?.state === "serving") ?? counters.find((each) => each.state === 'open') ?? counters[0]
      return one?.number ?? 1
    }""")


def main(url, target):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"])
        shots = {}
        counter = None
        for name, (path, (width, height), drawn) in SCREENS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, locale="vi-VN")
            if name == "counter":
                page.goto(url + "/")
                counter = busy_counter(page)
            page.goto(url + path.format(counter=counter))
            # By selector: Playwright's other ways of waiting need eval, which our pages forbid.
            page.wait_for_selector(drawn)
            shots[name] = settled(page)
            if os.environ.get("SINGLE"):
                pathlib.Path(os.environ["SINGLE"], f"{name}.png").write_bytes(shots[name])
            page.close()
        # Left the kiosk, right the board over counter and supervisor; the browser makes them smaller.
        images = "".join(
            f'<img id="{name}" src="data:image/png;base64,{base64.b64encode(shot).decode()}">'
            for name, shot in shots.items())
        page = browser.new_page(viewport={"width": 1600, "height": 940})
        page.set_content(f"""<style>
          body {{ margin: 0; background: #ece7dc; width: 1600px; height: 940px; position: relative }}
          img {{ position: absolute; box-shadow: 0 0 0 1px #b9b2a2; image-rendering: auto }}
          #kiosk {{ left: 24px; top: 24px; width: 502px }}
          #board {{ left: 550px; top: 24px; width: 1026px }}
          #counter {{ left: 550px; top: 619px; width: 527px }}
          #supervisor {{ left: 1101px; top: 619px; width: 475px }}
        </style>{images}""")
        page.wait_for_function("[...document.images].every((each) => each.complete)")
        picture = page.screenshot(path=target)
        browser.close()
    if len(picture) > LARGEST:
        sys.exit(f"{target}: {len(picture)} bytes, more than {LARGEST}")
    print(f"{target}: {len(picture)} bytes")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2])
