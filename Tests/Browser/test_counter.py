"""At the counter: by keys alone, two tabs, two officers at once, undo, a call for help, the tablet in front of the citizen."""

import asyncio
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.screens import (
    Hall, ScreenTest, act, at_counter, key, later, text, until_counter, until_page, until_question)
from Support.waiting import until


class Counter(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        settings = centre.settings(ratingSilenceSeconds=10)
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()
        self.kiosk = self.daemon.kiosk()

    def issue(self, count, service="ho-tich", **more):
        return [self.kiosk.issue(service, **more).body["number"] for _ in range(count)]

    def events(self, *types):
        return [(kind, p) for _, kind, _, p in self.daemon.events(*types)]

    async def test_keys_alone(self):
        """From signing in to closing without a mouse, and every key does what stands on it."""
        self.issue(4)
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1)
            await hall.shot(page, "counter-signin")
            radio = "document.activeElement?.matches('form.signin input[type=radio]')"
            for _ in range(30):
                if await page.evaluate(radio):
                    break
                await key(page, "Tab")
            self.assertTrue(await page.evaluate(radio))
            await key(page, "Space")
            chosen = await page.evaluate("document.querySelector('form.signin input:checked').value")
            await until_page(page, "document.activeElement?.id === 'pin'")
            await page.keyboard.type("0000")
            await key(page, "F12")
            await until_page(page, "document.querySelector('#pin-wrong').textContent")
            await page.keyboard.type(centre.PINS[chosen])
            await key(page, "F12")
            await until_counter(page, "idle")
            await hall.shot(page, "counter-idle")
            await act(page, "F2")
            self.assertEqual(await until_counter(page, "called"), "A001")
            await hall.shot(page, "counter-called")
            await act(page, "F3")
            await act(page, "F4")
            await until_counter(page, "serving", "A001")
            await hall.shot(page, "counter-serving")
            await act(page, "F8")
            await until_counter(page, "idle")
            await act(page, "F2")
            await until_counter(page, "called", "A002")
            await act(page, "F10")
            await until_counter(page, "idle")
            await key(page, "F1")
            await page.keyboard.type("a003")
            await hall.shot(page, "counter-call-by-number")
            await act(page, "Enter")
            await until_counter(page, "called", "A003")
            await act(page, "F4")
            await until_counter(page, "serving", "A003")
            await key(page, "F9")
            await hall.shot(page, "counter-transfer")
            await key(page, "B")
            await act(page, "F6")
            await until_counter(page, "idle")
            await hall.shot(page, "counter-held")
            await key(page, "F12")
            await page.locator("#lower.is-form").wait_for()
            await hall.shot(page, "counter-pause")
            await key(page, "1")
            await until_counter(page, "paused")
            await hall.shot(page, "counter-paused")
            await act(page, "F12")
            await until_counter(page, "idle")
        kinds = [kind for kind, _ in self.events(
            "called", "recalled", "started", "held", "returned", "finished", "counter-paused", "counter-opened")]
        self.assertEqual(kinds, ["counter-opened", "called", "recalled", "started", "held", "called", "returned",
                                 "called", "started", "finished", "counter-paused", "counter-opened"])
        [(_, finished)] = self.events("finished")
        self.assertEqual(finished["next"]["service"], "dat-dai")

    async def test_impossible_keys(self):
        """What cannot be done is switched off, and a key pressed all the same says why and does nothing."""
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await until_counter(page, "idle")
            off = await page.evaluate("""() => [...document.querySelectorAll('#actions [aria-keyshortcuts]')]
                .filter((each) => each.disabled).map((each) => each.getAttribute('aria-keyshortcuts'))""")
            self.assertEqual(off, ["F2", "F3", "F4", "F6", "F7", "F8", "F9", "F10"])
            before = len(self.daemon.events())
            await key(page, "F2")
            await until_page(page, "document.querySelector('#last.refused')")
            self.assertIn("Chưa có ai chờ", await text(page, "#last"))
            for name in ("F3", "F4", "F6", "F7", "F8", "F9", "F10"):
                await key(page, name)
            self.assertEqual(len(self.daemon.events()), before)

    async def test_the_absent_are_listed_with_their_time(self):
        self.issue(1)
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await until_counter(page, "idle")
            await act(page, "F2")
            # Absent may be said after so many calls; then F7 is no longer dashed.
            while await page.locator("#actions [aria-keyshortcuts=F7]:disabled").count():
                await act(page, "F3")
            await act(page, "F7")
            row = page.locator("#lower .rows li", has_text="A001")
            await row.wait_for()
            self.assertRegex(await row.inner_text(), r"Vắng mặt lúc [0-2]\d:[0-5]\d")

    async def test_an_english_desk(self):
        """No Vietnamese of the daemon's on it, and nothing English in the journal."""
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 404", "status of 401")
            context = await hall.context("counter")
            await context.add_init_script("localStorage.setItem('desk-language', 'en')")
            page = await hall.counter(1, "cb01", context=context)
            await until_counter(page, "idle")
            await key(page, "F1")
            await page.keyboard.type("a999")
            await key(page, "Enter")
            await page.get_by_text("There is no such number today").first.wait_for()
            await key(page, "Escape")
            await key(page, "F12")
            await page.locator("#lower.is-form").wait_for()
            await key(page, "1")
            await until_counter(page, "paused")
            self.assertIn("Break", await text(page, "#current"))
            self.assertTrue(await page.locator("#lower [aria-pressed=true]", has_text="Break").count())
            await hall.shot(page, "counter-paused-english")
            prints = await hall.open("supervisor", "/signin/?next=/prints/", "sign-in", context=context)
            await prints.get_by_role("button", name="Tiếng Việt").wait_for()
        [(_, paused)] = self.events("counter-paused")
        self.assertEqual(paused["reason"], "Nghỉ giải lao")

    async def test_two_tabs_of_one_counter(self):
        self.issue(3)
        async with Hall(self.daemon) as hall:
            first = await hall.counter(1, "cb01")
            second = await hall.open("counter", "/counter/?n=1", "second tab", context=first.context)
            await until_counter(second, "idle")
            await act(first, "F2")
            self.assertEqual(await until_counter(second, "called"), "A001")
            await act(second, "F4")
            await until_counter(first, "serving", "A001")
            await act(first, "F6")
            await until_counter(second, "idle")
            # Both at the same moment: one call each way, nobody twice. The second press finds somebody at the counter
            # and goes on to the next one, which is what the key says.
            await asyncio.gather(key(first, "F2"), key(second, "F2"))
            await until_counter(first, "called")
            await asyncio.to_thread(until, lambda: len(self.events("called")) >= 3, 5, "both presses are carried out")
            for page in (first, second):
                self.assertEqual(await until_counter(page, "called", "A003"), "A003")
        visits = [p["visit"] for _, p in self.events("called")]
        self.assertEqual(len(set(visits)), len(visits))

    async def test_two_officers_at_once(self):
        """One citizen, two officers who press in the same moment: one has them, the other is told that nobody waits."""
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 409")
            one, other = await hall.counter(1, "cb01"), await hall.counter(3, "cb03")
            for _ in range(5):
                [number] = self.issue(1)
                for page in (one, other):
                    await until_page(page, "!document.querySelector('[aria-keyshortcuts=F2]').disabled")
                await asyncio.gather(key(one, "F2"), key(other, "F2"))
                _, late = await asyncio.wait(
                    [asyncio.create_task(until_counter(page, "called", number)) for page in (one, other)],
                    return_when=asyncio.FIRST_COMPLETED, timeout=10)
                for task in late:
                    task.cancel()
                states = [await at_counter(page) for page in (one, other)]
                self.assertEqual(sorted(kind for kind, _ in states), ["called", "idle"])
                winner, loser = (one, other) if states[0][0] == "called" else (other, one)
                await until_page(loser, "document.querySelector('[aria-keyshortcuts=F2]').disabled")
                await act(winner, "F4")
                await act(winner, "F6")
                await until_counter(winner, "idle")
        visits = [p["visit"] for _, p in self.events("called")]
        self.assertEqual(len(visits), 5)
        self.assertEqual(len(set(visits)), 5)

    async def test_undo(self):
        """Within ten seconds, and the hall sees it too; afterwards no more."""
        self.issue(2)
        async with Hall(self.daemon) as hall:
            board = await hall.board()
            page = await hall.counter(1, "cb01")
            await act(page, "F2")
            await until_counter(page, "called", "A001")
            await until_page(board, "document.querySelector('#call .num')?.textContent === 'A001'")
            await page.locator("#last.done").wait_for()
            await hall.shot(page, "counter-undo")
            await act(page, "Escape")
            await until_counter(page, "idle")
            await until_page(board, "document.querySelector('#call .num')?.textContent !== 'A001'")
            self.assertNotIn("A001", await board.locator("#recent").inner_text())
            # The same one is first again.
            await act(page, "F2")
            await until_counter(page, "called", "A001")
            await until_page(board, "document.querySelector('#call .num')?.textContent === 'A001'")
            await until_page(page, "!document.querySelector('#last.done')", 14)
            before = len(self.daemon.events())
            hall.tolerate("status of 409")
            await key(page, "Escape")
            await until_page(page, "document.querySelector('#last.refused')")
            self.assertEqual(len(self.daemon.events()), before)

    async def test_help(self):
        """A citizen asks for the supervisor; it is seen there within seconds, answered, and said on the tablet."""
        async with Hall(self.daemon) as hall:
            chief, page, tablet = await hall.supervisor(), await hall.counter(1, "cb01"), await hall.tablet(1)
            await hall.shot(tablet, "rating-idle")
            await tablet.get_by_role("button", name="Cần gặp người phụ trách").tap()
            await tablet.get_by_text("Đã báo, xin chờ tại quầy").wait_for()
            await hall.shot(tablet, "rating-help")
            await chief.locator("#people li", has_text="1").wait_for(timeout=5_000)
            await hall.shot(chief, "supervisor-help")
            await page.locator("#bar .help").wait_for()
            await chief.locator("#people li button").click()
            await chief.locator("#people li").wait_for(state="detached")
            await tablet.get_by_role("button", name="Cần gặp người phụ trách").wait_for()


class Rating(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.daemon = Daemon(centre.settings())
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()
        self.kiosk, self.officer = self.daemon.kiosk(), self.daemon.officer("cb01")
        self.assertTrue(self.officer.at(1, "open").ok)

    def serve(self):
        self.kiosk.issue()
        step = self.officer.at(1, "call-next").body["ticket"]["step"]
        self.assertTrue(self.officer.at(1, "start").ok)
        self.assertTrue(self.officer.at(1, "finish").ok)
        return step

    def rated(self):
        return [p["step"] for _, _, _, p in self.daemon.events("rated")]

    async def test_asks_after_finish_and_at_most_once(self):
        async with Hall(self.daemon) as hall:
            tablet = await hall.tablet(1, clock=True)
            await tablet.get_by_text("Nguyễn Thị Minh Hạnh").wait_for()
            self.assertEqual(await tablet.locator(".faces").count(), 0)
            step = self.serve()
            await tablet.locator(".faces").wait_for(timeout=3_000)
            await hall.shot(tablet, "rating-question")
            await until_question(tablet, 1)
            # A double touch answers one question.
            await tablet.get_by_role("button", name="Không hài lòng", exact=True).dblclick()
            await until_question(tablet, 2)
            await tablet.get_by_role("button", name="Bình thường", exact=True).tap()
            await tablet.locator("[data-reason]").first.wait_for()
            await later(tablet)
            await tablet.locator("[data-reason=attitude]").tap()
            await hall.shot(tablet, "rating-reasons")
            self.assertEqual(self.rated(), [], "sent before the citizen said so")
            await tablet.get_by_role("button", name="Gửi").tap()
            await tablet.locator(".thanks").wait_for()
            await hall.shot(tablet, "rating-thanks")
            self.assertEqual(self.rated(), [step])
            await tablet.locator(".faces, .thanks").wait_for(state="detached", timeout=8_000)
            # Loaded anew, it does not ask for the same step again.
            await tablet.reload()
            await tablet.get_by_text("Nguyễn Thị Minh Hạnh").wait_for()
            self.assertEqual(await tablet.locator(".faces").count(), 0)
            with self.daemon.tablet(1) as again:
                answer = again.post(f"steps/{step}/rating", {"reception": 1, "handling": 1})
                self.assertEqual((answer.status, answer.problem), (409, "already-rated"))
        self.assertEqual(self.rated(), [step])

    async def test_thirty_seconds_of_silence(self):
        async with Hall(self.daemon) as hall:
            tablet = await hall.tablet(1, clock=True)
            await tablet.get_by_text("Nguyễn Thị Minh Hạnh").wait_for()
            self.serve()
            await tablet.locator(".faces").wait_for()
            await tablet.clock.fast_forward(25_000)
            self.assertEqual(await tablet.locator(".faces").count(), 1)
            await tablet.clock.fast_forward(6_000)
            await tablet.locator(".faces").wait_for(state="detached", timeout=3_000)
            self.assertEqual(self.rated(), [])
            # The next citizen is asked again.
            self.serve()
            await tablet.locator(".faces").wait_for()

    async def test_lost_answer_to_a_rating(self):
        """The rating was recorded, the answer lost: thanks all the same, and counted once."""
        async with Hall(self.daemon) as hall:
            hall.tolerate_lost_lines()
            hall.tolerate("status of 409")
            tablet = await hall.tablet(1, clock=True)
            step = self.serve()
            lost = []

            async def lose(route):
                if lost:
                    return await route.continue_()
                lost.append(await route.fetch())
                await route.abort("connectionreset")

            await tablet.route("**/rating", lose)
            for question in (1, 2):
                await until_question(tablet, question)
                await tablet.get_by_role("button", name="Rất hài lòng", exact=True).tap()
            await tablet.locator(".thanks").wait_for(timeout=10_000)
        self.assertEqual(self.rated(), [step])

    async def test_english_and_keys(self):
        async with Hall(self.daemon) as hall:
            tablet = await hall.tablet(1, clock=True)
            step = self.serve()
            await tablet.locator(".faces").wait_for()
            await tablet.get_by_role("button", name="English").tap()
            await hall.shot(tablet, "rating-english")
            said = await tablet.locator("#page").inner_text()
            self.assertNotIn("hài lòng", said)
            for question in (1, 2):
                await until_question(tablet, question)
                await key(tablet, "5")
            await tablet.locator(".thanks").wait_for()
        self.assertEqual(self.rated(), [step])


if __name__ == "__main__":
    unittest.main()
