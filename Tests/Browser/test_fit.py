"""What fits and what it says: every screen at its real sizes and at 200% zoom, with long names, in both languages."""

import unittest

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page

# As long as the settings allow: 56 characters.
LONG_SERVICE = "Đất đai – Chuyển nhượng, thừa kế, tặng cho, cấp đổi sổ"

# Halves of the desks' sizes are what a browser at 200% zoom lays out for.
DESKS = {
    "supervisor": ("/supervisor/", [(1440, 900), (1366, 768), (720, 450)]),
    "check": ("/supervisor/check.html", [(1440, 900), (1366, 768), (720, 450)]),
    "figures": ("/supervisor/figures.html", [(1440, 900), (1366, 768), (720, 450)]),
    "dossiers": ("/supervisor/dossiers.html", [(1440, 900), (1366, 768), (720, 450)]),
    "sameday": ("/supervisor/sameday.html", [(1440, 900), (1366, 768), (720, 450)]),
    "settings": ("/supervisor/settings.html", [(1440, 900), (1366, 768), (720, 450)]),
    "emergency": ("/supervisor/emergency.html", [(1440, 900), (1366, 768), (720, 450)]),
    "counter": ("/counter/?n=1", [(1366, 768), (683, 384)]),
    "signin": ("/signin/", [(1366, 768), (683, 384)]),
    "start": ("/", [(1366, 768), (683, 384), (390, 844)]),
}

# Parts that stick out of the page, and numbers cut off by the card they stand in.
STICKS_OUT = """() => {
  const faults = []
  const root = document.documentElement
  if (root.scrollWidth > innerWidth) faults.push(`page ${root.scrollWidth} > ${innerWidth}`)
  for (const card of document.querySelectorAll('.kpi, .cbar, .sbar, .card, .choice, .start header')) {
    const right = card.getBoundingClientRect().right
    for (const each of card.querySelectorAll('b, small, button, time, .num')) {
      // What lies in a cut line ends in "…" on purpose.
      if (each.closest('.cut, .vh') || !each.getClientRects().length) continue
      const box = each.getBoundingClientRect()
      if (box.right > right + 1) faults.push(`«${each.textContent.trim().slice(0, 30)}» ${Math.round(box.right - right)} px out of ${card.className}`)
    }
  }
  return faults
}"""


class Fit(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        settings = centre.settings()
        settings["board"].update({"voice": "off"})
        next(each for each in settings["services"] if each["id"] == "dat-dai")["name"] = LONG_SERVICE
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def sizes(self, page, sizes):
        faults = []
        for width, height in sizes:
            await page.set_viewport_size({"width": width, "height": height})
            # Two frames: the page has been laid out, and what measures itself has answered.
            await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            faults += [f"{width}×{height}: {fault}" for fault in await page.evaluate(STICKS_OUT)]
        return faults

    async def switch(self, page):
        async with page.expect_navigation():
            await page.locator("button.language").click()

    async def test_desks_in_both_languages(self):
        """The switch is on every desk, is kept by the browser for all of them, and nothing sticks out in either language."""
        faults = {}
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 401")
            first = await hall.supervisor()
            for language, other in (("vi", "English"), ("en", "Tiếng Việt")):
                for name, (path, sizes) in DESKS.items():
                    page = await hall.open("supervisor", path, name, context=first.context)
                    await until_page(page, f"document.documentElement.lang === '{language}' && document.querySelector('button.language')")
                    self.assertTrue(page.url.endswith(path), f"{name}: sent to {page.url}")
                    self.assertEqual((await page.locator("button.language").inner_text()).strip(), other, name)
                    found = await self.sizes(page, sizes)
                    if found:
                        faults[f"{name} {language}"] = found
                    await page.close()
                if language == "vi":
                    await self.switch(first)
                    await first.get_by_role("link", name="Figures").wait_for()
            # And back; another browser never heard of it.
            await self.switch(first)
            await first.get_by_role("link", name="Số liệu").wait_for()
            fresh = await hall.open("start", "/")
            await until_page(fresh, "document.documentElement.lang === 'vi' && document.querySelector('button.language')")
        self.maxDiff = None
        self.assertEqual(faults, {})

    async def test_hall_screens(self):
        """What citizens see, in the sizes the screens are bought in."""
        faults = {}
        with self.daemon.kiosk() as kiosk:
            code = kiosk.issue("dat-dai").body["code"]
        async with Hall(self.daemon) as hall:
            pages = {
                "kiosk": (await hall.kiosk(), [(1080, 1920), (1280, 1024), (1920, 1080)]),
                "board": (await hall.board(), [(1920, 1080)]),
                "rating": (await hall.tablet(1), [(1280, 800)]),
                "phone": (await hall.open("phone", f"/t/{code}"), [(390, 844), (320, 640)]),
                "phone of a dossier": (await hall.open("phone", "/h/"), [(390, 844), (320, 640)]),
            }
            await pages["phone"][0].locator(".mine").wait_for()
            for name, (page, sizes) in pages.items():
                found = await self.sizes(page, sizes)
                if found:
                    faults[name] = found
        self.maxDiff = None
        self.assertEqual(faults, {})


if __name__ == "__main__":
    unittest.main()
