"""A day at the centre: forty citizens, three officers, their tablets, a board, a supervisor, phones and a printer.

Everything is read where people read it: on the screens, on the paper, in the sheets. Then all of it has to agree.
"""

import asyncio
import collections
import csv
import io
import random
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.emupos import a_printer
from Support.paper import Words, codes, number
from Support.screens import (Hall, ScreenTest, act, at_counter, key, later, take_number, text, until_counter, until_page,
                             until_question)
from Support.waiting import until

CITIZENS = 40
OFFICERS = {1: "cb01", 2: "cb02", 6: "cb06"}
# What counters 1, 2 and 6 serve, as the kiosk says it.
SERVICES = {
    "ho-tich": "Hộ tịch", "dat-dai": "Đất đai", "xay-dung": "Xây dựng", "cu-tru": "Cư trú",
    "ket-qua": "Nhận kết quả", "huong-dan": "Chưa biết chọn gì?",
}
LEVELS = ["Rất hài lòng", "Hài lòng", "Bình thường", "Không hài lòng", "Rất không hài lòng"]


class Day(ScreenTest):
    async def test_a_day(self):
        printer, why = await asyncio.to_thread(a_printer)
        self.addCleanup(printer.close)
        print(f"\n  printer: {printer.name}" + (f" ({why})" if why else ""), flush=True)
        settings = centre.settings(printer=printer.address, ratingSilenceSeconds=10)
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        self.begun, self.followed = asyncio.Event(), {}
        self.chance = random.Random(40)
        self.tickets, self.calls, self.log = {}, [], collections.Counter()
        self.rated, self.unanswered, self.finished, self.phones = {}, set(), [], []
        with Daemon(settings) as self.daemon:
            async with Hall(self.daemon) as hall:
                self.hall = hall
                # Whoever still answers while the next one leaves is too late: the tablet has moved on.
                hall.tolerate("status of 409")
                self.board = board = await hall.board()
                chief = await hall.supervisor()
                counters = {n: await hall.counter(n, officer) for n, officer in OFFICERS.items()}
                tablets = {n: await hall.tablet(n, clock=True) for n in OFFICERS}
                for tablet in tablets.values():
                    tablet.on("request", self.rating_sent)
                    tablet.on("requestfailed", lambda request: self.unanswered.discard(request))
                    tablet.on("response", self.rating_answered)
                kiosks = [await hall.kiosk(f"may-lay-so-{n}", kind) for n, kind in
                          enumerate(["kiosk", "kiosk-wide", "kiosk"], 1)]
                await hall.shot(board, "day-board-open")
                async with asyncio.timeout(240), asyncio.TaskGroup() as everybody:
                    for kiosk, wishes in zip(kiosks, self.shares(len(kiosks))):
                        everybody.create_task(self.citizens(kiosk, wishes))
                    for n in OFFICERS:
                        everybody.create_task(self.officer(n, counters[n]))
                        everybody.create_task(self.rate(n, tablets[n]))
                    everybody.create_task(self.follow())
                async with asyncio.timeout(20):
                    while self.unanswered:
                        await asyncio.sleep(0.05)
                self.read_phones()
                await self.read_board(board)
                await self.read_supervisor(chief)
                await self.read_desks(counters)
                await hall.shot(chief, "day-supervisor-end")
            await asyncio.to_thread(self.read_papers, printer)
            self.read_figures()
            self.daemon.stop()
            self.daemon.verify()
        print(f"  {len(self.tickets)} numbers, {len(self.calls)} calls, {len(self.rated)} ratings, {dict(self.log)}")

    # Citizens.

    def shares(self, kiosks):
        wishes = [(self.chance.choice(list(SERVICES)), self.chance.random() < 0.25) for _ in range(CITIZENS)]
        return [wishes[n::kiosks] for n in range(kiosks)]

    async def citizens(self, kiosk, wishes):
        for service, priority in wishes:
            shown = await take_number(kiosk, SERVICES[service], priority)
            self.assertNotIn(shown["number"], self.tickets, "one number for two people")
            self.tickets[shown["number"]] = {**shown, "id": service, "priority": priority and service != "huong-dan"}
            if len(self.tickets) == 12:
                await self.hall.shot(kiosk, "day-kiosk-ticket")
            # Nobody leaves before the paper has come.
            await asyncio.to_thread(until, lambda: self.printed(shown["number"]), 30, f"the paper of {shown['number']}")
            await kiosk.locator(".done button").tap()
            await kiosk.wait_for_selector("#kiosk[data-step=choice]")

    def printed(self, number):
        return self.daemon.rows(
            "SELECT 1 FROM printJob WHERE number = ? AND state NOT IN ('queued', 'sending')", number)

    @property
    def citizens_done(self):
        return len(self.tickets) == CITIZENS

    async def follow(self):
        """Four of the citizens scan the code. The page counts down, and says where to go when they are called."""
        phones = []
        while len(self.tickets) < 10:
            await asyncio.sleep(0.05)
        for ticket in list(self.tickets.values())[-4:]:
            page = await self.hall.open("phone", f"/t/{ticket['code']}", f"phone {ticket['number']}")
            await page.evaluate("""() => {
                window.read = []
                const look = () => {
                    const ahead = document.querySelector('.ahead .lead b')?.textContent
                    const goto = [...document.querySelectorAll('.goto .num')].map((each) => each.textContent).join(' ')
                    const now = goto || (ahead ?? (document.querySelector('.ahead') ? '0' : ''))
                    if (now && window.read.at(-1) !== now) window.read.push(now)
                }
                new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
                look()
            }""")
            await page.wait_for_selector(".mine.is-waiting")
            phones.append((ticket, page))
            self.followed[ticket["number"]] = page
        # Only now the counters begin, with some people waiting as on any morning.
        self.begun.set()
        for n, (ticket, page) in enumerate(phones):
            await until_page(page, "document.querySelector('.goto, .mine.is-serving, .mine.is-off') !== null", 120)
            await self.hall.shot(page, f"day-phone-{n}")
            read = await page.evaluate("window.read")
            self.phones.append((ticket["number"], read))

    # Officers.

    async def officer(self, n, page):
        served = 0
        await self.begun.wait()
        while True:
            kind, _ = await at_counter(page)
            if kind == "idle" and await page.locator("#actions button", has_text="Gọi tiếp").first.is_disabled():
                if self.citizens_done and not await self.waiting_for(n):
                    return
                await asyncio.sleep(0.1)
                continue
            before = await self.last_event()
            await act(page, "F2")
            number = await until_counter(page, "called")
            self.assertGreater(await self.last_event(), before)
            self.calls.append((number, n))
            served += 1
            if served == 2:
                await self.hall.shot(page, f"day-counter-{n}")
            # The citizen reads the board and comes.
            await until_page(
                self.board, f"window.panelCalls.some((c) => c.number === '{number}' && c.counter === '{n}')", 60)
            if number in self.followed:
                await self.followed[number].locator(".goto").wait_for()
            if served == 3 and n == 2:
                await self.miss(page, number)
                continue
            await act(page, "F4")
            await until_counter(page, "serving", number)
            if served == 4 and n == 1:
                await self.hold(page, number)
            await asyncio.sleep(self.chance.uniform(0.1, 0.6))
            await act(page, "F6")
            await until_counter(page, "idle")
            self.finished.append((number, n))
            # The citizen takes the papers together, and may rate.
            await asyncio.sleep(2.2 if served % 3 == 0 else 0.1)

    async def last_event(self):
        return await asyncio.to_thread(lambda: self.daemon.rows("SELECT max(seq) AS seq FROM journal")[0]["seq"])

    async def waiting_for(self, n):
        desk = await asyncio.to_thread(self.desk, n)
        return desk["waiting"]

    def desk(self, n):
        with self.daemon.supervisor() as client:
            return client.get(f"counters/{n}/desk").body

    async def miss(self, page, number):
        """Called, called again, not there; comes back later and is called by number."""
        turns = f"window.panelCalls.filter((c) => c.number === '{number}' && c.counter === '2').length"
        before = await self.board.evaluate(turns)
        await act(page, "F3")
        await until_page(page, "!document.querySelector('[aria-keyshortcuts=F7]').disabled")
        self.log["recalled"] += 1
        await act(page, "F7")
        await until_counter(page, "idle")
        await key(page, "F1")
        await page.locator("#call-number").fill(number)
        await act(page, "Enter")
        await until_counter(page, "called", number)
        self.calls.append((number, 2))
        # This time the citizen reads it; whoever sits at the counter already needs no turn on the board any more.
        await until_page(self.board, f"{turns} > {before}", 60)
        await act(page, "F4")
        await until_counter(page, "serving", number)
        await act(page, "F6")
        await until_counter(page, "idle")
        self.finished.append((number, 2))
        self.log["missed and back"] += 1

    async def hold(self, page, number):
        await act(page, "F8")
        await until_counter(page, "idle")
        await page.locator(f"[data-focus='resume-{number}']").click()
        await until_counter(page, "serving", number)
        self.log["held"] += 1

    async def rate(self, n, page):
        """In front of the tablet: some answer, some walk away. Done when the officers are."""
        asked = 0
        while not (self.citizens_done and self.officers_done()):
            if await page.locator(".faces button").count() == 0:
                await asyncio.sleep(0.05)
                continue
            asked += 1
            if asked % 2 == 0:
                # Left alone it rests after the silence, unless the next one is asked before.
                before = self.served_at(n)
                while await page.locator(".faces button").count() and self.served_at(n) == before:
                    await asyncio.sleep(0.05)
                continue
            await self.answer(page, self.chance.choice(LEVELS))

    def rating_sent(self, request):
        if request.method == "POST" and request.url.endswith("/rating"):
            self.unanswered.add(request)

    def rating_answered(self, response):
        """What counts is what the daemon took, once per step: the thanks on the glass may be overtaken by the next citizen."""
        if response.request in self.unanswered:
            self.unanswered.discard(response.request)
            if response.ok:
                self.rated[response.url] = response.request.post_data_json

    def served_at(self, n):
        return sum(1 for _, counter in self.finished if counter == n)

    def officers_done(self):
        return len(self.finished) >= CITIZENS

    async def answer(self, page, level):
        """Both questions, and a reason where it asks for one, unless the next citizen comes in between."""
        try:
            for question in (1, 2):
                await until_question(page, question, timeout=2_000)
                await page.get_by_role("button", name=level, exact=True).tap(timeout=2_000)
            await page.wait_for_selector(".why, .thanks, .said", timeout=2_000)
            if await page.locator("main.why, .why .reasons").count():
                await later(page)
                await page.locator("[data-reason=wait]").tap(timeout=2_000)
                await page.get_by_role("button", name="Gửi").tap(timeout=2_000)
            await page.wait_for_selector(".thanks", timeout=3_000)
        except Exception as error:  # noqa: BLE001: the tablet went back to rest
            if "Timeout" not in str(error):
                raise

    # What was shown.

    async def read_board(self, board):
        """Every call was seen in the hall, in the order of the journal."""
        names = {p["visit"]: p["number"] for _, _, _, p in self.daemon.events("ticket-issued")}
        told = [(names[p["visit"]], str(p["counter"])) for _, _, _, p in self.daemon.events("called")]
        last = told[-1]
        await until_page(
            board, f"window.panelCalls.at(-1)?.number === '{last[0]}' && window.panelCalls.at(-1).counter === '{last[1]}'", 90)
        seen = await board.evaluate("window.panelCalls")
        shown = [(c["number"], c["counter"]) for c in seen]
        # Who was called again may stand there more often.
        self.assertEqual(list(dict.fromkeys(shown)), list(dict.fromkeys(told)))
        self.assertEqual([one for one, n in collections.Counter(told).items() if shown.count(one) < n], [])
        gaps = [b["at"] - a["at"] for a, b in zip(seen, seen[1:])]
        self.assertGreaterEqual(min(gaps), 900, "a call was not left on the panel for its second")
        self.assertEqual(sorted((number, str(n)) for number, n in self.calls), sorted(told))
        waits = await board.locator("#waits").inner_text()
        self.assertEqual(sum(int(part) for part in waits.split() if part.isdigit()), 0, waits)

    def read_phones(self):
        """Who joins later with priority may make it one more; in the end it says who and where."""
        for followed, read in self.phones:
            where = {f"{followed} {counter}" for called, counter in self.calls if called == followed}
            self.assertTrue(read[0].isdigit(), read)
            self.assertEqual({entry for entry in read if " " in entry}, where, read)
            self.log["phones"] += 1

    async def read_supervisor(self, chief):
        await until_page(
            chief, f"document.querySelector('#kpis .kpi:nth-child(3) > b')?.firstChild.textContent === '{CITIZENS}'")
        kpis = await chief.locator("#kpis .kpi").all_inner_texts()
        self.assertIn("0người", kpis[0].split())
        rows = {int((await row.locator("th").inner_text())): await row.locator("td").last.inner_text()
                for row in await chief.locator("#counters tbody tr").all()}
        mine = collections.Counter(n for _, n in self.finished)
        self.assertEqual({n: int(served) for n, served in rows.items() if int(served)}, dict(mine))

    async def read_desks(self, counters):
        for n, page in counters.items():
            own = await text(page, "#own")
            desk = await asyncio.to_thread(self.desk, n)
            self.assertEqual(desk["today"]["served"], sum(1 for _, m in self.finished if m == n))
            self.assertIn(str(desk["today"]["served"]), own.split())

    def read_papers(self, printer):
        until(lambda: not self.daemon.rows("SELECT 1 FROM printJob WHERE state IN ('queued', 'sending')"), 60,
              "the printer is done")
        jobs = {job["number"]: job for job in self.daemon.rows("SELECT number, state, reason FROM printJob")}
        self.assertEqual(set(jobs), set(self.tickets))
        # Who is called before the printer comes to it has no use for paper any more.
        late = {name for name, job in jobs.items() if (job["state"], job["reason"]) == ("expired", "late")}
        self.assertEqual({job["state"] for name, job in jobs.items() if name not in late} - {"printed", "sent"}, set(), jobs)
        self.assertLess(len(late), CITIZENS // 4, "hardly anybody got paper")
        self.log["called before the paper"] = len(late)
        papers = printer.wait(CITIZENS - len(late), 30)
        self.assertEqual(len(papers), CITIZENS - len(late))
        by_code = {ticket["code"]: ticket for ticket in self.tickets.values()}
        for paper in papers:
            [address] = codes([paper])
            self.assertTrue(address.startswith(f"{self.daemon.url}/t/"), address)
            ticket = by_code.pop(address.rsplit("/", 1)[1])
            readings, height = number(paper)
            self.assertIn(ticket["number"], readings)
            self.assertGreaterEqual(height, 20)
            said = Words(paper)
            self.assertIn("Trung tâm Phục vụ hành chính công phường Lê Chân", said)
            self.assertIn(f"Người chờ trước {ticket['ahead']} ", said, ticket)
            wait = {"–": "chờ mở quầy", "dưới 5": "chưa đến 5 phút"}.get(ticket["minutes"], f"khoảng {ticket['minutes']} phút")
            self.assertIn(f"Ước chờ {wait}", said, ticket)
            if ticket["counters"] != "–":
                self.assertIn(f"Quầy sẽ gọi {ticket['counters'].replace(', ', ' hoặc ')}", said)
            self.assertEqual("ƯU TI" in said.at(1), ticket["priority"], said)
            self.assertIn("0225 3700 100", said)
            self.assertIn(ticket["service"], said)
        self.assertEqual({ticket["number"] for ticket in by_code.values()}, late)

    def read_figures(self):
        with self.daemon.supervisor() as client:
            for by in ("all", "service", "counter", "officer", "hour"):
                report = client.get(f"figures/today?by={by}").body
                sheet = client.get(f"figures/today?by={by}&format=csv").data.decode("utf-8-sig")
                day = report["from"]
                typed = self.daemon.run("figures", "--from", day, "--by", by, "--format", "csv").stdout
                self.assertEqual(list(csv.reader(io.StringIO(sheet))), list(csv.reader(io.StringIO(typed.lstrip("\ufeff")))))
                total = {row[0]: row for row in csv.reader(io.StringIO(sheet))}
                self.assertEqual(int(total[""][2]), CITIZENS)
                self.assertEqual(report["total"]["issued"], CITIZENS)
                self.assertEqual(report["total"]["served"], len(self.finished))
                self.assertEqual(report["total"]["rated"], len(self.rated))
                mine = {"service": collections.Counter(t["id"] for t in self.tickets.values()),
                        "counter": collections.Counter(str(n) for _, n in self.finished),
                        "officer": collections.Counter(OFFICERS[n] for _, n in self.finished)}.get(by)
                if mine:
                    self.assertEqual({row["key"]: row["served"] for row in report["rows"]}, dict(mine))
            self.assertTrue(client.post("day/close", {"reason": "the day is over"}).ok)
            closed = client.get("figures/today").body["total"]
            self.assertGreaterEqual(len(self.rated), 5)
            for question in ("reception", "handling"):
                given = collections.Counter(answer[question] for answer in self.rated.values())
                self.assertEqual(closed["levels"][question], [given[n] for n in (5, 4, 3, 2, 1)])


if __name__ == "__main__":
    unittest.main()
