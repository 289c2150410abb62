"""Without eyes and without a mouse: every screen in Chromium's own accessibility tree, and under the Tab key."""

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, act, key, until_counter, until_page

# What has to have a name to be of use to somebody who hears it.
NAMED = {
    "button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton", "image", "listbox", "DisclosureTriangle",
    "table", "radiogroup",
}

# A group of radio buttons is one stop of the Tab key.
STOPS = """() => {
  const groups = new Set()
  window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter((each) => {
    if (each.disabled || each.tabIndex < 0 || !each.checkVisibility()) return false
    if (each.type !== 'radio') return true
    const first = !groups.has(each.name)
    groups.add(each.name)
    return first
  })
  window.reached = new Set()
  document.activeElement?.blur()
  // Each part of a date is a stop of its own, and its calendar too.
  return window.stops.length + 4 * window.stops.filter((each) => ['date', 'time'].includes(each.type)).length
}"""

# Where the focus is, and why it could not be seen there.
HERE = """() => {
  const each = document.activeElement
  if (!each || each === document.body) return null
  window.reached.add(each.type === 'radio' ? each.name : each)
  const label = each.closest('label')
  const shown = [each, label, ...(label?.querySelectorAll('*') ?? [])].filter(Boolean)
  const ring = shown.some((one) => {
    const style = getComputedStyle(one)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  })
  const box = (label ?? each).getBoundingClientRect()
  const onScreen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  return ring && onScreen ? null : `${ring ? 'off the screen' : 'no ring'}: ${each.outerHTML.slice(0, 90)}`
}"""

# What the page took away or switched off meanwhile is no longer to be reached.
MISSED = """() => window.stops.filter((each) => each.isConnected && !each.disabled && !window.reached.has(each.type === 'radio' ? each.name : each))
  .map((each) => each.outerHTML.slice(0, 90))"""


class Ear(ScreenTest):
    async def listen(self, page, name, heading=True, live=()):
        """Everything has its name, the page its main part and its heading, and what changes by itself is told."""
        link = await page.context.new_cdp_session(page)
        nodes = [each for each in (await link.send("Accessibility.getFullAXTree"))["nodes"] if not each.get("ignored")]
        roles = [each["role"]["value"] for each in nodes]
        for each in nodes:
            if each["role"]["value"] in NAMED and not each.get("name", {}).get("value", "").strip():
                self.faults.append(f"{name}: a {each['role']['value']} without a name")
        if roles.count("main") != 1:
            self.faults.append(f"{name}: {roles.count('main')} main parts")
        if heading and "heading" not in roles:
            self.faults.append(f"{name}: no heading")
        told = {p["value"].get("value") for each in nodes for p in each.get("properties", []) if p["name"] == "live"}
        for kind in live:
            if kind not in told:
                self.faults.append(f"{name}: nothing is told ({kind})")

    async def walk(self, page, name):
        """Tab comes to everything that can be pressed, and whoever looks sees where it is."""
        stops = await page.evaluate(STOPS)
        for _ in range(stops + 5):
            await page.keyboard.press("Tab")
            fault = await page.evaluate(HERE)
            if fault:
                self.faults.append(f"{name}: {fault}")
        self.faults += [f"{name}: Tab never comes to {each}" for each in await page.evaluate(MISSED)]

    async def both(self, page, name, **more):
        await self.listen(page, name, **more)
        await self.walk(page, name)

    async def test_every_screen(self):
        self.faults = []
        settings = centre.settings(ratingSilenceSeconds=120)
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        with Daemon(settings) as daemon:
            with daemon.kiosk() as client:
                tickets = [client.issue(service).body for service in ("ho-tich", "ho-tich", "dat-dai")]
            async with Hall(daemon) as hall:
                hall.tolerate("status of 401")
                kiosk = await hall.kiosk()
                await kiosk.locator("button.choice").first.wait_for()
                await self.both(kiosk, "kiosk", live=("polite",))
                await kiosk.locator("button.choice", has_text="Hộ tịch").tap()
                await kiosk.locator(".answers").wait_for()
                await self.both(kiosk, "kiosk, priority", live=("polite",))
                await kiosk.locator(".answers button").first.tap()
                await kiosk.locator(".slip .num").wait_for()
                await self.both(kiosk, "kiosk, number", live=("polite",))

                board, tablet = await hall.board(), await hall.tablet(1)
                counter = await hall.counter(1)
                await counter.locator("form.signin input[type=radio]").first.wait_for()
                await self.both(counter, "counter, signing in")
                await hall.sign_in_at(counter, "cb01")
                await until_counter(counter, "idle")
                await self.both(counter, "counter, idle", live=("polite",))
                await act(counter, "F2")
                await until_page(board, "document.querySelector('#call .num')?.textContent === 'A001'")
                await self.both(board, "board", live=("assertive",))
                phone = await hall.open("phone", f"/t/{tickets[1]['code']}")
                await phone.locator(".mine.is-waiting").wait_for()
                await self.both(phone, "phone", live=("assertive",))
                await act(counter, "F4")
                await until_counter(counter, "serving")
                await self.both(counter, "counter, serving", live=("polite",))
                await key(counter, "F9")
                await counter.locator("#lower.is-form").wait_for()
                await self.both(counter, "counter, transfer", live=("polite",))
                await key(counter, "Escape")
                await self.both(tablet, "rating, idle", live=("polite",))
                await act(counter, "F6")
                await tablet.locator(".faces").wait_for()
                await self.both(tablet, "rating, question")

                chief = await hall.supervisor()
                await until_page(chief, "document.querySelector('#counters tbody tr')")
                await self.both(chief, "supervisor", live=("polite", "assertive"))
                for name in ("figures", "settings", "emergency", "check", "dossiers", "sameday", "score"):
                    page = await hall.open("supervisor", f"/supervisor/{name}.html", name, context=chief.context)
                    await until_page(page, "document.querySelector('main')?.innerText.trim().length > 40")
                    await self.both(page, name)
                prints = await hall.open("supervisor", "/prints/", "prints", context=chief.context)
                await prints.get_by_role("button", name="English").wait_for()
                await self.both(prints, "prints", live=("polite",))
                start = await hall.open("start", "/")
                await start.locator(".cards a").first.wait_for()
                await self.both(start, "start", live=("polite",))
                signin = await hall.open("signin", "/signin/")
                await signin.locator("input[type=radio]").first.wait_for()
                await self.both(signin, "sign-in")
        self.maxDiff = None
        self.assertEqual(self.faults, [])
