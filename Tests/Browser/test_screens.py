"""All screens together: a daemon that dies and comes back, the voice of the board, targets and contrast, both languages."""

import asyncio
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.paper import PaperPrinter
from Support.screens import Hall, ScreenTest, act, later, take_number, until_counter, until_page, until_question

# What each kind of screen says when the daemon is away, in its own words.
SAYS = {
    "kiosk": "Máy đang kết nối lại", "board": "Mất kết nối", "counter": "Mất kết nối", "rating": "Mất kết nối",
    "supervisor": "Mất kết nối", "phone": "Mất kết nối", "start": "Đang kết nối lại",
}

MEASURE = """(minimum) => {
  const shown = (each) => {
    const box = each.getBoundingClientRect()
    const style = getComputedStyle(each)
    return box.width > 0 && box.height > 0 && style.visibility === 'visible' && Number(style.opacity) > 0
      && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
  }
  const number = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return { r, g, b, a } }
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1,
  })
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 })
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05) }
  const ground = (each) => {
    const layers = []
    for (let one = each; one; one = one.parentElement) {
      const style = getComputedStyle(one)
      if (style.backgroundImage !== 'none' && /gradient|url/.test(style.backgroundImage)) return null
      const colour = number(style.backgroundColor)
      if (colour.a > 0) layers.push(colour)
      if (colour.a === 1) break
    }
    return layers.reverse().reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 })
  }
  const faults = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const each = node.parentElement
    if (!node.textContent.trim() || !shown(each) || each.closest('[aria-hidden=true], .vh, :disabled, [aria-disabled=true], script, style, noscript')) continue
    if (each.closest('svg')) continue
    const style = getComputedStyle(each)
    const under = ground(each)
    if (!under) continue
    const size = parseFloat(style.fontSize)
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
    const found = contrast(over(number(style.color), under), under)
    if (found < needed) faults.push(`contrast ${found.toFixed(2)} < ${needed}: "${node.textContent.trim().slice(0, 40)}" ${style.color}`)
  }
  for (const each of document.querySelectorAll('button, a[href], input, select, summary, [role=button], [role=radio]')) {
    if (!minimum || !shown(each) || each.disabled) continue
    const box = (each.closest('label') ?? each).getBoundingClientRect()
    if (box.width < minimum - 0.5 || box.height < minimum - 0.5) {
      faults.push(`target ${Math.round(box.width)}×${Math.round(box.height)} < ${minimum}: "${each.textContent.trim().slice(0, 40)}"`)
    }
  }
  for (const each of document.querySelectorAll('button, a[href], input, select')) {
    if (!shown(each)) continue
    const name = each.textContent.trim() || each.getAttribute('aria-label') || each.labels?.length || each.getAttribute('title')
    if (!name) faults.push(`no name: ${each.outerHTML.slice(0, 90)}`)
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`wider than the screen: ${document.documentElement.scrollWidth}`)
  return [...new Set(faults)]
}"""


class Together(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.paper = PaperPrinter()
        self.addCleanup(self.paper.close)
        settings = centre.settings(printer=self.paper.address)
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def everything(self, hall):
        """One screen of each kind, in the middle of a morning."""
        with self.daemon.kiosk() as kiosk:
            tickets = [kiosk.issue(service).body for service in ("ho-tich", "ho-tich", "dat-dai", "ket-qua")]
        screens = {
            "kiosk": await hall.kiosk(), "board": await hall.board(), "counter": await hall.counter(1, "cb01"),
            "rating": await hall.tablet(1, clock=True), "supervisor": await hall.supervisor(),
            "phone": await hall.open("phone", f"/t/{tickets[1]['code']}"), "start": await hall.open("start", "/"),
        }
        await act(screens["counter"], "F2")
        await until_counter(screens["counter"], "called", "A001")
        await until_page(screens["board"], "document.querySelector('#call .num')?.textContent === 'A001'")
        await screens["phone"].locator(".mine.is-waiting").wait_for()
        return screens

    async def test_daemon_gone_and_back(self):
        """Within seconds every screen says that the line is lost, and goes on by itself afterwards."""
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            hall.tolerate("status of 401")
            screens = await self.everything(hall)
            for page in screens.values():
                await page.evaluate("window.stillTheSamePage = true")
            self.daemon.kill()
            began = asyncio.get_running_loop().time()

            async def says(kind, page):
                await until_page(page, f"document.body.innerText.toLocaleLowerCase('vi').includes('{SAYS[kind].lower()}')",
                                 15, f"{kind} says «{SAYS[kind]}»")
                return kind, asyncio.get_running_loop().time() - began

            told = await asyncio.gather(*(says(*each) for each in screens.items()), return_exceptions=True)
            for kind, page in screens.items():
                await hall.shot(page, f"{kind}-lost")
                # What is drawn now still has its signs: they are in the page.
                missing = await page.evaluate("""() => [...document.querySelectorAll('svg.i use')]
                    .filter((each) => each.ownerSVGElement.checkVisibility() && !document.querySelector(each.getAttribute('href')))
                    .map((each) => each.getAttribute('href'))""")
                self.assertEqual(missing, [], kind)
            self.assertEqual([one for one in told if isinstance(one, BaseException)], [])
            self.assertLess(max(seconds for _, seconds in told), 8, told)
            # What cannot be done now cannot be pressed.
            self.assertEqual(await screens["counter"].locator("#actions button:enabled").count(), 0)
            await asyncio.to_thread(self.daemon.start)

            async def back(kind, page):
                await until_page(
                    page, f"!document.body.innerText.toLocaleLowerCase('vi').includes('{SAYS[kind].lower()}')", 20,
                    f"{kind} is back")

            back_again = await asyncio.gather(*(back(*each) for each in screens.items()), return_exceptions=True)
            self.assertEqual([one for one in back_again if isinstance(one, BaseException)], [])
            # Not only the notice is gone: they live, and it is the same page.
            shown = await take_number(screens["kiosk"], "Đất đai")
            self.assertEqual(shown["number"], "B002")
            await act(screens["counter"], "F4")
            await act(screens["counter"], "F6")
            await until_counter(screens["counter"], "idle")
            await screens["rating"].locator(".faces").wait_for()
            await act(screens["counter"], "F2")
            await until_page(screens["board"], "document.querySelector('#call .num')?.textContent === 'A002'")
            await screens["phone"].locator(".goto").wait_for()
            await until_page(screens["supervisor"], "document.querySelector('#counters').innerText.includes('A002')")
            for kind, page in screens.items():
                self.assertTrue(await page.evaluate("window.stillTheSamePage === true"), f"{kind} was loaded anew")

    async def test_a_hanging_line(self):
        """No goodbye, just silence: the daemon is stopped in the middle of everything, as when a cable is cut."""
        import signal
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            board, kiosk = await hall.board(), await hall.kiosk()
            self.daemon.process.send_signal(signal.SIGSTOP)
            try:
                await until_page(board, "document.body.innerText.includes('Mất kết nối')", 18)
                await until_page(kiosk, "document.body.innerText.includes('Máy đang kết nối lại')", 18)
            finally:
                self.daemon.process.send_signal(signal.SIGCONT)
            await until_page(board, "!document.body.innerText.includes('Mất kết nối')", 20)
            await until_page(kiosk, "!document.body.innerText.includes('Máy đang kết nối lại')", 20)

    async def test_contrast_and_targets(self):
        """WCAG AA on every screen; 60 px for what a citizen touches."""
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 401")
            screens = await self.everything(hall)
            faults = {}

            async def measure(name, page, minimum=24):
                found = await page.evaluate(MEASURE, minimum)
                if found:
                    faults[name] = found
                await hall.shot(page, f"look-{name}")

            kiosk = screens.pop("kiosk")
            wide = await hall.kiosk("may-lay-so-2", "kiosk-wide")
            for name, page in (("kiosk", kiosk), ("kiosk-wide", wide)):
                await measure(f"{name} choice", page, 60)
                await page.locator("button.choice", has_text="Hộ tịch").tap()
                await page.locator(".answers").wait_for()
                await measure(f"{name} priority", page, 60)
                await page.locator(".answers button").nth(1).tap()
                await page.locator(".slip .num").wait_for()
                await measure(f"{name} ticket", page, 60)
            await measure("rating idle", screens["rating"], 60)
            for kind in ("board", "counter", "supervisor", "phone", "start"):
                await measure(f"{kind} called" if kind == "counter" else kind, screens[kind])
            await act(screens["counter"], "F4")
            await until_counter(screens["counter"], "serving")
            await measure("counter serving", screens["counter"])
            await act(screens["counter"], "F6")
            await screens["rating"].locator(".faces").wait_for()
            await measure("rating question", screens["rating"], 60)
            for question in (1, 2):
                await until_question(screens["rating"], question)
                await screens["rating"].locator(".faces button").last.tap()
            await screens["rating"].locator("[data-reason]").first.wait_for()
            await measure("rating reasons", screens["rating"], 60)
            await later(screens["rating"])
            await screens["rating"].get_by_role("button", name="Gửi").tap()
            await screens["rating"].locator(".thanks").wait_for()
            await measure("rating thanks", screens["rating"], 60)
            for name in ("figures", "settings", "emergency"):
                page = await hall.open("supervisor", f"/supervisor/{name}.html", name, context=screens["supervisor"].context)
                await until_page(page, "document.querySelector('main')?.innerText.trim().length > 40")
                await measure(f"supervisor {name}", page)
            await measure("signin", await hall.open("signin", "/signin/"))
            self.maxDiff = None
            self.assertEqual(faults, {})

    async def test_a_wrong_address(self):
        """A code nobody has, a counter that is not there, a page that is not there."""
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 404")
            phone = await hall.open("phone", "/t/ZZZZZZZZZZZZ")
            await phone.get_by_text("Không tìm thấy số này").wait_for()
            await hall.shot(phone, "phone-unknown")
            token = self.daemon.token("danh-gia-1", "rating", 1)
            tablet = await hall.open("rating", f"/rating/?n=99&token={token}")
            await tablet.get_by_text("Không có quầy 99").wait_for()


class Voice(ScreenTest):
    async def test_calls_are_spoken_one_after_another(self):
        settings = centre.settings()
        settings["board"].update({"minSecondsPerCall": 1})
        with Daemon(settings) as daemon:
            with daemon.kiosk() as kiosk:
                for service in ("ho-tich", "dat-dai", "kinh-doanh", "bao-tro", "ket-qua"):
                    kiosk.issue(service)
            async with Hall(daemon) as hall:
                context = await hall.context("board")
                # The loudspeaker of the test: what is played, from when to when. It takes 400 ms for each call.
                await context.add_init_script("""
                    window.spoken = []
                    HTMLMediaElement.prototype.play = function () {
                      const src = this.getAttribute('src')
                      const one = { src, from: performance.now(), to: null }
                      window.spoken.push(one)
                      fetch(src).then((answer) => { one.status = answer.status; return answer.arrayBuffer() }).then((bytes) => {
                        one.bytes = bytes.byteLength
                        setTimeout(() => { one.to = performance.now(); this.dispatchEvent(new Event('ended')) }, 400)
                      })
                      return Promise.resolve()
                    }""")
                board = await hall.board(context=context)
                other = await hall.board("second")
                counters = {1: "cb01", 2: "cb02", 4: "cb04", 5: "cb05", 6: "cb06"}
                clients = {n: daemon.officer(officer) for n, officer in counters.items()}
                for n, client in clients.items():
                    self.assertTrue(client.at(n, "open").ok)
                told = [(client.at(n, "call-next").body["ticket"]["number"], str(n)) for n, client in clients.items()]
                await until_page(board, "window.spoken.length === 5 && window.spoken.every((each) => each.to)", 40)
                spoken = await board.evaluate("window.spoken")
                self.assertEqual([one["status"] for one in spoken], [200] * 5)
                self.assertTrue(all(one["bytes"] > 20_000 for one in spoken), spoken)
                for (number, counter), one in zip(told, spoken):
                    self.assertIn(number, one["src"])
                self.assertTrue(all(a["to"] <= b["from"] for a, b in zip(spoken, spoken[1:])), "two voices at once")
                seen = await board.evaluate("window.panelCalls")
                self.assertEqual([(c["number"], c["counter"]) for c in seen], told)
                # The other board shows the same and stays silent; loaded anew, nothing is spoken again.
                await until_page(other, "window.panelCalls.length === 5", 20)
                self.assertIsNone(await other.evaluate("document.querySelector('#voice').getAttribute('src')"))
                await board.reload()
                await until_page(board, "document.querySelector('#call .num')?.textContent")
                with daemon.kiosk() as kiosk:
                    kiosk.issue("ho-tich")
                new = clients[1].at(1, "call-next").body["ticket"]["number"]
                await until_page(board, "window.spoken.length > 0", 20)
                self.assertIn(new, (await board.evaluate("window.spoken"))[0]["src"])


if __name__ == "__main__":
    unittest.main()
