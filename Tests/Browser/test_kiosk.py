"""At the kiosk one person gets one number, whatever happens to the fingers, the cable, the paper or the daemon."""

import asyncio
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.paper import PaperPrinter, codes
from Support.screens import Hall, ScreenTest, read_number, take_number, text, until_page


class Kiosk(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.paper = PaperPrinter()
        self.addCleanup(self.paper.close)
        self.daemon = Daemon(centre.settings(printer=self.paper.address))
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    def issued(self):
        return [p["number"] for _, _, _, p in self.daemon.events("ticket-issued")]

    async def to_priority(self, page, service="Hộ tịch"):
        await page.locator("button.choice", has_text=service).tap()
        await page.locator(".answers button").first.wait_for()

    async def test_double_press(self):
        """Two fingers, a nervous finger, a finger that hits again while the answer is under way."""
        async with Hall(self.daemon) as hall:
            kiosk = await hall.kiosk()
            await self.to_priority(kiosk)
            await kiosk.evaluate("""() => {
                const button = document.querySelector('.answers button')
                for (let n = 0; n < 5; n += 1) button.click()
            }""")
            await kiosk.locator(".slip .num").wait_for()
            self.assertEqual((await read_number(kiosk))["number"], "A001")
            # The same with an answer that takes longer than all of them.
            await kiosk.locator(".done button").tap()
            await self.to_priority(kiosk)

            pressed = asyncio.Event()

            async def slowly(route):
                await pressed.wait()
                await route.continue_()

            await kiosk.route("**/api/v1/tickets", slowly)
            await kiosk.locator(".answers button").first.dblclick()
            await kiosk.locator("#kiosk[data-step=asking]").wait_for()
            await hall.shot(kiosk, "kiosk-asking")
            await kiosk.mouse.click(540, 1500)
            pressed.set()
            await kiosk.locator(".slip .num").wait_for()
            self.assertEqual((await read_number(kiosk))["number"], "A002")
        self.assertEqual(self.issued(), ["A001", "A002"])
        self.assertEqual(len(self.paper.wait(2)), 2)

    async def test_lost_answer(self):
        """The daemon has given the number, the answer never arrives: the same number comes with the next try."""
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            kiosk = await hall.kiosk()
            await self.to_priority(kiosk)
            lost = []

            async def lose(route):
                if len(lost) < 4:
                    answer = await route.fetch()
                    lost.append((await answer.json())["number"])
                    await route.abort("connectionreset")
                else:
                    await route.continue_()

            await kiosk.route("**/api/v1/tickets", lose)
            await kiosk.locator(".answers button").first.tap()
            await kiosk.locator("#kiosk[data-step=asking] .trouble").wait_for()
            await hall.shot(kiosk, "kiosk-asking-slow")
            await kiosk.locator(".slip .num").wait_for(timeout=30_000)
            self.assertEqual((await read_number(kiosk))["number"], "A001")
            self.assertEqual(lost, ["A001"] * 4)
        self.assertEqual(self.issued(), ["A001"])

    async def test_pulled_cable(self):
        """Pressed, the cable out, and in again."""
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            kiosk = await hall.kiosk()
            await self.to_priority(kiosk)
            await kiosk.context.set_offline(True)
            await kiosk.locator(".answers button").first.tap()
            await kiosk.locator("#kiosk[data-step=asking] .trouble").wait_for()
            await kiosk.context.set_offline(False)
            await kiosk.locator(".slip .num").wait_for(timeout=30_000)
            self.assertEqual((await read_number(kiosk))["number"], "A001")
        self.assertEqual(self.issued(), ["A001"])

    async def test_page_reloaded_with_a_press_under_way(self):
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            kiosk = await hall.kiosk()
            await self.to_priority(kiosk)
            reached, over = asyncio.Event(), asyncio.Event()

            async def swallow(route):
                if reached.is_set():
                    return await route.continue_()
                await route.fetch()
                reached.set()
                await over.wait()

            await kiosk.route("**/api/v1/tickets", swallow)
            await kiosk.locator(".answers button").first.tap()
            await asyncio.wait_for(reached.wait(), 10)
            await kiosk.reload()
            await kiosk.locator(".slip .num").wait_for(timeout=30_000)
            self.assertEqual((await read_number(kiosk))["number"], "A001")
            over.set()
        self.assertEqual(self.issued(), ["A001"])

    async def test_daemon_killed_between_press_and_answer(self):
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            kiosk = await hall.kiosk()
            await self.to_priority(kiosk)
            reached = asyncio.Event()

            async def then_kill(route):
                if reached.is_set():
                    return await route.continue_()
                await route.fetch()
                self.daemon.kill()
                reached.set()
                await route.abort("connectionreset")

            await kiosk.route("**/api/v1/tickets", then_kill)
            await kiosk.locator(".answers button").first.tap()
            await asyncio.wait_for(reached.wait(), 10)
            await asyncio.to_thread(self.daemon.start)
            await kiosk.locator(".slip .num").wait_for(timeout=30_000)
            self.assertEqual((await read_number(kiosk))["number"], "A001")
        self.assertEqual(self.issued(), ["A001"])

    async def test_no_paper(self):
        """The number stays on the screen with its code, the supervisor is told, printing goes on with new paper."""
        async with Hall(self.daemon) as hall:
            kiosk, chief = await hall.kiosk(), await hall.supervisor()
            await take_number(kiosk, "Hộ tịch", done=True)
            self.paper.wait(1)
            self.paper.fault("paper-out")
            began = asyncio.get_running_loop().time()
            await chief.locator("#alarms .alarm.fault").first.wait_for()
            self.assertLess(asyncio.get_running_loop().time() - began, 6)
            said = await chief.locator("#alarms").inner_text()
            self.assertIn("Máy in máy lấy số", said)
            await hall.shot(chief, "supervisor-no-paper")
            shown = await take_number(kiosk, "Hộ tịch")
            self.assertEqual(shown["number"], "A002")
            await kiosk.locator(".notice.warning").wait_for()
            self.assertIn("Máy hết giấy, số vẫn có giá trị", await text(kiosk, ".notice.warning"))
            self.assertTrue(await kiosk.locator("img.qr").evaluate("(image) => image.complete && image.naturalWidth > 0"))
            await hall.shot(kiosk, "kiosk-no-paper")
            # It stays longer than a number with paper does.
            left = await until_page(kiosk, "(/\\d+/.exec(document.querySelector('.countdown').textContent) ?? [''])[0]")
            self.assertGreater(int(left), 40)
            self.paper.fault("paper-out", False)
            papers = await asyncio.to_thread(self.paper.wait, 2)
            self.assertTrue(codes(papers)[-1].endswith(shown["code"]))
            await kiosk.locator(".notice.warning").wait_for(state="detached")
            # The calendar's alarm of autumn stays: that is another person's job.
            await chief.locator("#alarms .alarm.fault").wait_for(state="detached")

    async def test_falls_back_to_its_welcome(self):
        """Somebody walks away in the middle: nothing of them is left for the next one."""
        async with Hall(self.daemon) as hall:
            page = await hall.kiosk(clock=True)
            await page.get_by_role("button", name="English").tap()
            await self.to_priority(page, "Civil status")
            await page.clock.fast_forward(31_000)
            await until_page(page, "document.querySelector('#kiosk').dataset.step === 'choice'")
            self.assertEqual(await page.evaluate("document.documentElement.lang"), "vi")
            # A number with its paper makes room for the next citizen too.
            await take_number(page, "Hộ tịch")
            await page.clock.fast_forward(16_000)
            await until_page(page, "document.querySelector('#kiosk').dataset.step === 'choice'")

    async def test_english(self):
        async with Hall(self.daemon) as hall:
            kiosk = await hall.kiosk()
            await hall.shot(kiosk, "kiosk-choice")
            await kiosk.get_by_role("button", name="English").tap()
            await hall.shot(kiosk, "kiosk-choice-english")
            cut = await kiosk.evaluate("""() => { const foot = document.getElementById('foot')
                const edge = foot.getBoundingClientRect().right - parseFloat(getComputedStyle(foot).paddingRight)
                return foot.lastElementChild.getBoundingClientRect().right - edge }""")
            self.assertLess(cut, 1, "longer words than the foot has room for")
            await self.to_priority(kiosk, "Civil status")
            await hall.shot(kiosk, "kiosk-priority-english")
            self.assertEqual(await kiosk.evaluate("document.documentElement.lang"), "en")
            body = await kiosk.locator("#kiosk").inner_text()
            self.assertNotIn("ưu tiên", body.lower(), body)
            await kiosk.locator(".answers button").first.tap()
            await kiosk.locator(".slip .num").wait_for()
            await hall.shot(kiosk, "kiosk-ticket-english")
            vietnamese = await kiosk.evaluate("""() => [...document.querySelectorAll('#kiosk *')]
                .filter((each) => !each.closest('[lang=vi]') && each.children.length === 0)
                .map((each) => each.textContent).filter((said) => /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i.test(said))""")
            self.assertEqual(vietnamese, [])
        self.assertEqual([p["language"] for _, _, _, p in self.daemon.events("ticket-issued")], ["en"])

    async def test_keyboard_only(self):
        """Somebody with a keyboard instead of a finger reaches everything and sees where they are."""
        async with Hall(self.daemon) as hall:
            kiosk = await hall.kiosk()
            for step in ("priority", "ticket", "choice"):
                for _ in range(40):
                    await kiosk.keyboard.press("Tab")
                    here = await kiosk.evaluate("document.activeElement?.className + ' ' + document.activeElement?.closest('[class]')?.parentElement?.className")
                    wanted = {"priority": "choice ", "ticket": "answers", "choice": "done"}[step]
                    if wanted in f"{here} ":
                        break
                else:
                    self.fail(f"Tab never comes to what leads to {step}")
                ring = await kiosk.evaluate("""() => { const style = getComputedStyle(document.activeElement)
                    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }""")
                self.assertTrue(ring, "the focus cannot be seen")
                await kiosk.keyboard.press("Enter")
                await kiosk.wait_for_selector(f"#kiosk[data-step={step}]")
        self.assertEqual(len(self.issued()), 1)


class Closed(ScreenTest):
    async def test_out_of_hours(self):
        """Says when it opens, and opens by itself."""
        settings = centre.settings(hours=("00:00-00:01",), firstTicketMinutesBeforeOpen=0)
        with Daemon(settings) as daemon:
            async with Hall(daemon) as hall:
                for kind in ("kiosk", "kiosk-wide"):
                    kiosk = await hall.kiosk("may-lay-so-1", kind)
                    await kiosk.wait_for_selector("#kiosk[data-step=closed]")
                    said = await kiosk.locator("#kiosk").inner_text()
                    self.assertIn("Trung tâm đã hết giờ nhận", said)
                    self.assertIn("00:00 ngày mai", " ".join(said.split()))
                    self.assertEqual(await kiosk.locator("button.choice").count(), 0)
                    await hall.shot(kiosk, f"{kind}-closed")
                board = await hall.board()
                await hall.shot(board, "board-closed")
                with daemon.kiosk() as client:
                    self.assertEqual(client.issue().problem, "centre-closed")
                with daemon.supervisor() as chief:
                    now = chief.get("settings").body
                    day = {"weekday": 1, "spans": [["00:00", "24:00"]]}
                    now["settings"]["hours"] = [{**day, "weekday": n} for n in range(1, 8)]
                    self.assertEqual(chief.put("settings", now).status, 200)
                await kiosk.wait_for_selector("#kiosk[data-step=choice]")
                self.assertEqual((await take_number(kiosk, "Hộ tịch"))["number"], "A001")


if __name__ == "__main__":
    unittest.main()
