"""Screens of a centre in Chromium: pages at their real sizes, and everything that must never happen on one."""

import asyncio
import os
import pathlib
import re
import shutil
import time
import unittest
import urllib.parse

from playwright.async_api import Error, async_playwright

SIZES = {
    "kiosk": (1080, 1920), "kiosk-wide": (1920, 1080), "board": (1920, 1080), "counter": (1366, 768),
    "rating": (1280, 800), "supervisor": (1920, 1080), "phone": (390, 844), "start": (1366, 768), "signin": (1366, 768),
}
TOUCHED = ("kiosk", "kiosk-wide", "rating", "phone")
SHOTS = os.environ.get("SHOTS")

WATCH = """
  addEventListener('securitypolicyviolation', (event) => {
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
  })
"""

# Every call that comes onto the big panel, as a person in the hall would read it.
WATCH_BOARD = """
  window.panelCalls = []
  const lookAt = (panel) => {
    const said = [...panel.querySelectorAll('.num')].map((each) => each.textContent)
    if (said.length !== 2 || panel.classList.contains('closed')) return
    window.panelCalls.push({ number: said[0], counter: said[1], at: Date.now() })
  }
  document.addEventListener('DOMContentLoaded', () => {
    const panel = document.getElementById('call')
    if (!panel) return
    // Drawn anew for each call, also when the same number is called to the same counter again.
    new MutationObserver(() => lookAt(panel)).observe(panel, { childList: true })
    lookAt(panel)
  })
"""


class ScreenTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # On by default here, and it makes a day at the centre half as fast.
        asyncio.get_running_loop().set_debug(False)


class Hall:
    """All screens of one test. Use as `async with Hall(daemon) as hall`; leaving it checks what the pages did."""

    def __init__(self, daemon, back_cache=False):
        """`back_cache`: «Back» shows a page as it was left, as people's browsers do and playwright's does not."""
        self.daemon = daemon
        self.back_cache = back_cache
        self.pages = []
        self.wrong = []  # what no page may do
        self.hosts = set()
        # Lines of the browser about a connection that the test itself broke, and answers that refuse.
        self.tolerated = []

    async def __aenter__(self):
        self.playwright = await async_playwright().start()
        self.browser = await self.playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage"],
            ignore_default_args=["--disable-back-forward-cache"] if self.back_cache else None)
        return self

    async def __aexit__(self, kind, error, trace):
        await self.browser.close()
        await self.playwright.stop()
        if kind is None:
            self.check()

    def check(self):
        wrong = [line for line in self.wrong if not any(part in line for part in self.tolerated)]
        assert not wrong, "pages complained:\n" + "\n".join(wrong[:10])
        assert self.hosts <= {f"127.0.0.1:{self.daemon.port}"}, f"fetched from outside: {self.hosts}"

    def tolerate(self, *parts):
        self.tolerated += parts

    def tolerate_lost_lines(self):
        """The browser's own lines while the daemon is away."""
        self.tolerate("Failed to load resource: net::", "ERR_CONNECTION", "ERR_INTERNET", "ERR_FAILED", "ERR_EMPTY",
                      "ERR_INCOMPLETE")

    async def context(self, kind, name=None, **more):
        width, height = more.pop("size", None) or SIZES[kind]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, has_touch=kind in TOUCHED, is_mobile=kind == "phone",
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **more)
        context.set_default_timeout(15_000)
        await context.add_init_script(WATCH)
        name = name or kind
        context.on("request", lambda request: self._request(request, name))
        return context

    def _request(self, request, name):
        url = urllib.parse.urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss"):
            self.hosts.add(url.netloc)
            if url.netloc != f"127.0.0.1:{self.daemon.port}":
                self.wrong.append(f"{name}: fetched {request.url}")
        elif url.scheme not in ("data", "blob", "about"):
            self.wrong.append(f"{name}: {request.url}")

    def watch(self, page, name):
        page.on("console", lambda message: self.wrong.append(f"{name}: {message.type}: {message.text}")
                if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(f"{name}: {error}"))
        self.pages.append(page)

    async def open(self, kind, path, name=None, context=None, clock=False, **more):
        """A page of its own browser profile, as each screen of a centre is a machine of its own. With `clock` its time can be
        put forward by `page.clock` and by `later`; else it goes on by itself as ever."""
        context = context or await self.context(kind, name, **more)
        page = await context.new_page()
        if clock:
            await page.clock.install()
        self.watch(page, name or kind)
        if kind == "board":
            await page.add_init_script(WATCH_BOARD)
        await page.goto(self.daemon.url + path)
        return page

    async def kiosk(self, name="may-lay-so-1", kind="kiosk", **more):
        page = await self.open(kind, f"/kiosk/?token={self.daemon.token(name, 'kiosk')}", name, **more)
        await page.wait_for_selector("#kiosk[data-step]")
        return page

    async def board(self, name="main", **more):
        page = await self.open("board", f"/board/?name={name}", f"board {name}", **more)
        await until_page(page, "document.querySelector('#centre')?.textContent")
        return page

    async def tablet(self, counter, **more):
        token = self.daemon.token(f"danh-gia-{counter}", "rating", counter)
        page = await self.open("rating", f"/rating/?n={counter}&token={token}", f"rating {counter}", **more)
        await page.wait_for_selector("#page[class]")
        return page

    async def counter(self, number, officer=None, **more):
        """The page of a counter; with an officer, signed in there by PIN as a person does it, and open."""
        # Before somebody signs in, the daemon says so, and the browser writes that down as an error.
        self.tolerate("status of 401")
        page = await self.open("counter", f"/counter/?n={number}", f"counter {number}", **more)
        if officer:
            await self.sign_in_at(page, officer)
        return page

    async def sign_in_at(self, page, officer):
        from .centre import PINS
        await page.locator(f"form.signin input[value='{officer}']").check(force=True)
        await page.keyboard.type(PINS[officer])
        await page.keyboard.press("F12")
        await page.wait_for_selector("body.counter:not(.signing)")

    async def supervisor(self, page="/supervisor/", officer="cb07"):
        """Signs in on the page for it, as a person does."""
        from .centre import PINS
        screen = await self.open("supervisor", f"/signin/?next={page}", "supervisor")
        await screen.locator(f"input[value='{officer}']").check(force=True)
        await screen.locator("#pin").fill(PINS[officer])
        await screen.locator("form.signin button[type=submit]").click()
        # By path: the address of the sign-in page ends in ?next=… and so in the same letters.
        await screen.wait_for_url(lambda url: urllib.parse.urlsplit(url).path == page)
        return screen

    async def shot(self, page, name):
        """A picture for people to look at, where SHOTS names a folder."""
        if SHOTS:
            folder = pathlib.Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=str(folder / f"{name}.png"))


# What is pressed and read.

# By the clock only for what is no part of the document, such as a sound that has ended.
UNTIL = """new Promise((done, fail) => {
  let timer = null
  const changes = new MutationObserver(() => look())
  const end = (how, what) => { changes.disconnect(); clearInterval(timer); how(what) }
  const look = () => {
    try {
      const value = (%s)
      if (value) end(done, value)
    } catch (error) { end(fail, error) }
  }
  changes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  timer = setInterval(look, 100)
  look()
})"""


async def until_page(page, expression, seconds=15, why=None):
    """Waits until an expression of the page is true and returns it: looked at whenever something on the page changes, so
    that nothing is missed that stands there only for a moment. Playwright's own way needs eval, which our pages forbid."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return await asyncio.wait_for(page.evaluate(UNTIL % expression), deadline - time.monotonic())
        except asyncio.TimeoutError:
            raise AssertionError(f"not within {seconds} s: {why or expression}") from None
        except Error as error:
            # The page is being loaded anew: what is waited for is on the next one.
            if not re.search("context was destroyed|navigat", str(error)) or time.monotonic() > deadline:
                raise
            await page.wait_for_load_state()


async def text(page, selector):
    return " ".join((await page.locator(selector).first.inner_text()).split())


async def take_number(page, service, priority=False, done=False):
    """At a kiosk: the service (by the words on its button), the question about priority, the number."""
    button = page.locator("button.choice", has_text=service)
    await button.tap()
    answers = page.locator(".priority .answers button")
    slip = page.locator(".slip .num")
    noslip = page.locator(".noslip")   # asked for the slip of a result: there is none
    await answers.first.or_(slip).or_(noslip).first.wait_for()
    if await noslip.count():
        await noslip.tap()
        await answers.first.or_(slip).first.wait_for()
    if await answers.count():
        await answers.nth(1 if priority else 0).tap()
    await slip.wait_for()
    shown = await read_number(page)
    if done:
        await page.locator(".done button").tap()
        await page.wait_for_selector("#kiosk[data-step=choice]")
    return shown


async def read_number(page):
    """What the citizen sees."""
    facts = await page.locator(".slip .facts b").all_inner_texts()
    return {
        "number": await text(page, ".slip .num"), "service": await text(page, ".slip .svc"), "ahead": facts[0],
        "minutes": facts[1], "counters": facts[2],
        "code": (await page.locator("img.qr").get_attribute("src")).rsplit("/", 1)[1].removesuffix(".svg"),
    }


async def scan(page, slip):
    """A scanner that acts as a keyboard: the whole slip in one burst, then Enter. Sent in one go, because on a busy machine
    keys typed one by one come as slowly as a person's."""
    await page.evaluate(
        """(keys) => { for (const key of keys) (document.activeElement ?? document.body).dispatchEvent(
             new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })) }""", [*slip, "Enter"])


async def key(page, name):
    await page.keyboard.press(name)


async def later(page):
    """So much later, by the clock of a page opened with `clock`, that a press is no longer taken for the second half of a
    double one: past doubleTouch of the tablet, sameAgain of the counter."""
    await page.clock.fast_forward(800)


async def until_question(page, n, **more):
    """A tablet, opened with `clock`, asks the first or second of its two questions and takes an answer to it."""
    await page.locator(".step", has_text=re.compile(rf"{n}\D+2")).wait_for(**more)
    await later(page)


TAKES_KEYS = "document.querySelector('#actions')?.getAttribute('aria-busy') !== 'true'"


async def act(page, name):
    """A key of the counter that sends a command; returns when its answer is there, as an officer waits for the screen."""
    # What the press before it changed may be on the screen by the stream before that press has its own answer; until then
    # the counter takes no other.
    await until_page(page, TAKES_KEYS)
    async with page.expect_response(lambda answer: "/api/v1/counters/" in answer.url and answer.request.method == "POST") as said:
        await page.keyboard.press(name)
    answer = await said.value
    assert answer.ok, f"{name}: {answer.status} {await answer.text()}"
    # The page hears of it a moment after us.
    await until_page(page, TAKES_KEYS)


async def at_counter(page):
    """(state, number) of the big panel of a counter: ('called', 'A001'), ('idle', None)."""
    kind = (await page.locator("#current").get_attribute("class")).split()[-1]
    number = page.locator("#current .numrow .num")
    return kind, (await number.inner_text() if await number.count() else None)


async def until_counter(page, kind, number=None):
    more = f"&& document.querySelector('#current .numrow .num')?.textContent === '{number}'" if number else ""
    await until_page(page, f"document.querySelector('#current').classList.contains('{kind}') {more}")
    return (await at_counter(page))[1]


# At the counter, with dossiers.

async def serve_next(page, number):
    """The next citizen is called by this counter and sits down; returns when it offers its procedures."""
    await until_counter(page, "idle")
    await act(page, "F2")
    await act(page, "F4")
    await until_counter(page, "serving", number)
    await page.locator(".procs .btn").first.wait_for()


async def receive_slip(page, code, words, name, look=None):
    """A slip nobody knows yet: its code waits for the procedure, found by everyday words and taken by Enter. Returns the
    dossier's row. `look(step)` is awaited at each step, for a picture of it."""
    async def seen(step):
        if look:
            await look(step)
    await scan(page, code)
    await page.locator("h2.code").wait_for()
    await seen("code")
    # No field has the keyboard.
    await page.keyboard.type(words)
    await page.locator(".procs.found .btn", has_text=name).first.wait_for()
    await seen("typing")
    await key(page, "Enter")
    # Of a look-up address the code is the end.
    row = page.locator(".cases li", has_text=code.rsplit("=", 1)[-1])
    await row.wait_for()
    await seen("received")
    return row


async def open_card(page, row):
    """Opens the dossier of a row of the list and returns its card."""
    await row.get_by_role("button", name="Mở").click()
    return await shown_card(page)


async def shown_card(page):
    card = page.locator(".casework.card")
    await card.wait_for()
    return card
