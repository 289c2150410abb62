"""An officer's morning with dossiers: a slip is scanned and nothing is typed, one key for a common procedure, a few letters
for the rest; then supplement, result, return. Tests that a citizen does it at the máy lấy số and on the phone stand in
test_return.py."""

import datetime
import pathlib
import tempfile

from Support import centre
from Support.daemon import Daemon
from Support.screens import (Hall, ScreenTest, act, key, later, open_card, receive_slip, scan, serve_next, shown_card, text,
                             until_counter, until_page)
from Support.waiting import until

class Casework(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.paper = tempfile.TemporaryDirectory(prefix="motcua-paper-")
        self.addCleanup(self.paper.cleanup)
        settings = centre.settings(printer=f"file:{self.paper.name}")
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()
        self.kiosk = self.daemon.kiosk()

    def dossiers(self, visit):
        with self.daemon.officer("cb01") as client:
            return client.get(f"dossiers?visit={visit}").body["dossiers"]

    async def test_clock_start(self):
        """Papers from the box: the clock starts where it says and not now, by the keyboard alone; the next dossier starts now."""
        visit = self.kiosk.issue("ho-tich").body["id"]
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 422")   # the day that is too far away
            page = await hall.counter(1, "cb01")
            await serve_next(page, "A001")
            start = page.locator("[name=start]")
            self.assertFalse(await start.is_visible())
            await page.locator(".caseform .more").focus()
            await page.keyboard.press("Enter")
            today = centre.today()
            await start.fill(f"{today - datetime.timedelta(days=90)}")
            await page.locator(".procs .btn").first.click()
            await hall.shot(page, "case-start-wrong")
            await page.locator("#case-said.wrong", has_text="60 ngày").wait_for()
            await start.fill(f"{today - datetime.timedelta(days=7)}")
            await page.locator("[name=startTime]").fill("8:15")
            await hall.shot(page, "case-start")
            await page.locator(".procs .btn").first.click()
            await page.locator(".cases li").first.wait_for()
            self.assertFalse(await start.is_visible())
            await page.locator(".procs .btn").nth(1).click()
            until(lambda: len(self.dossiers(visit)) == 2, 15, "both are received")
        starts = [datetime.datetime.fromtimestamp(payload["clockStart"] / 1000, centre.zone())
                  for _, _, _, payload in self.daemon.events("dossier-received")]
        week_ago = today - datetime.timedelta(days=7)
        self.assertEqual((starts[0].date(), starts[0].hour, starts[0].minute), (week_ago, 8, 15))
        self.assertEqual(starts[1].date(), today)

    async def test_morning(self):
        visit = self.kiosk.issue("ho-tich").body["id"]
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await serve_next(page, "A001")
            await hall.shot(page, "case-entry")

            # Everyday words, without marks.
            row = await receive_slip(page, "https://tra-cuu.example.vn/?maHoSo=H24.19-261126-0001", "giay doc than",
                                     "tình trạng hôn nhân", look=lambda step: hall.shot(page, f"case-{step}"))
            self.assertRegex(await row.inner_text(), r"3 ngày làm việc")
            [dossier] = self.dossiers(visit)
            self.assertEqual(dossier["procedure"], "1.004873")
            self.assertEqual((dossier["visit"], dossier["counter"]), (visit, 1))

            # Its slip on the ticket printer, and on A5.
            await row.locator(".btn", has_text="In giấy hẹn").click()
            jobs = "SELECT number, state FROM printJob WHERE visit < 0"
            until(lambda: [job["state"] in ("sent", "printed") for job in self.daemon.rows(jobs)] == [True], 20, "the slip is printed")
            self.assertEqual(self.daemon.rows(jobs)[0]["number"], "H24.19-261126-0001")
            with self.daemon.officer("cb01") as client:
                a5 = client.get(f"dossiers/{dossier['id']}/slips/receipt?format=pdf")
                self.assertEqual((a5.status, a5.headers["Content-Type"]), (200, "application/pdf"))
                self.assertEqual(client.get(f"dossiers/{dossier['id']}/slips/refusal").problem, "dossier-not-now")

            # The same slip again opens the dossier; a supplement is asked for once.
            await scan(page, "H24.19-261126-0001")
            card = await shown_card(page)
            await hall.shot(page, "case-card")
            await card.locator(".btn", has_text="Yêu cầu bổ sung").click()
            await card.get_by_text("Bổ sung vì sao").wait_for()
            await hall.shot(page, "case-why")
            await key(page, "1")
            await card.locator(".tag", has_text="chờ bổ sung").wait_for()
            await card.locator(".btn", has_text="Đã bổ sung đủ").click()
            await card.locator(".tag", has_text="đang giải quyết").wait_for()
            self.assertEqual(await card.locator(".btn", has_text="Yêu cầu bổ sung").count(), 0, "only once")
            # One re-appointment, then none is offered.
            await card.locator(".btn", has_text="Hẹn lại").click()
            await key(page, "1")
            await card.locator("input[name=day]").wait_for()
            await hall.shot(page, "case-reappoint")
            due = dossier["due"]["day"]
            later = await page.evaluate(
                f"(() => {{ const d = new Date('{due}T00:00Z'); do d.setUTCDate(d.getUTCDate() + 1); "
                "while ([0, 6].includes(d.getUTCDay()) || (d.getUTCMonth() === 0 && d.getUTCDate() === 1)); return d.toISOString().slice(0, 10) })()")
            await card.locator("input[name=day]").fill(later)
            await key(page, "Enter")
            await card.locator(".facts", has_text="đã hẹn lại").wait_for()
            self.assertEqual(await card.locator(".btn", has_text="Hẹn lại").count(), 0, "only once")
            await card.locator(".btn", has_text="Đã có kết quả").click()
            await card.locator(".tag", has_text="đã có kết quả").wait_for()
            await key(page, "1")
            await card.locator(".tag", has_text="đã trả kết quả").wait_for()
            await hall.shot(page, "case-handed-over")
            await key(page, "Escape")
            await page.locator("#case-field").wait_for()
            self.assertEqual([each["state"] for each in self.dossiers(visit)], ["handedOver"])
        self.daemon.verify()

    async def test_one_key_times_three(self):
        """The counter's commonest procedure by one digit, as many as were marked, in an outage of the province: provisional codes."""
        visit = self.kiosk.issue("ho-tich").body["id"]
        with self.daemon.officer("cb01") as client:
            client.post("dossiers", {"procedure": "2.000815", "counter": 1, "atOnce": True})
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01", clock=True)
            await serve_next(page, "A001")
            self.assertIn("sao y", await text(page, ".procs .btn"))
            for wanted in (2, 3):
                await page.locator("[data-focus=more]").click()
                await until_page(page, f"document.querySelector('.copies output').textContent === '×{wanted}'")
            await key(page, "1")
            await until_page(page, "document.querySelectorAll('.cases li').length === 3")
            self.assertEqual(await page.locator(".cases .tag", has_text="Mã tạm").count(), 3)
            await hall.shot(page, "case-times-three")
            # The province's own date is taken instead of the counted one, for this receipt only.
            await page.locator("[data-focus=less]").click()
            await until_page(page, "document.querySelector('.copies output').textContent === '×2'")
            await page.locator("[data-focus=less]").click()
            await until_page(page, "document.querySelector('.copies output').textContent === '×1'")
            day = f"{centre.today() + datetime.timedelta(days=31)}"
            await page.locator(".province input").fill(day)
            # Not at once after the last of the same: that would be taken for a bounce.
            await later(page)
            await key(page, "1")
            await until_page(page, "document.querySelectorAll('.cases li').length === 4")
            self.assertEqual(await page.input_value(".province input"), "")
            promised = [each for each in self.dossiers(visit) if each["due"] and each["due"]["day"] == day]
            self.assertEqual(len(promised), 1)
            await page.locator(".cases li").first.locator(".btn", has_text="Hủy").click()
            await until_page(page, "document.querySelectorAll('.cases li').length === 3")
            # A slip of the finger is taken back where it stands.
            await page.locator(".cases li").first.locator(".btn", has_text="Hủy").click()
            await until_page(page, "document.querySelectorAll('.cases li').length === 2")
            codes = [each["code"] for each in self.dossiers(visit)]
            self.assertEqual(len(codes), 2)
            self.assertTrue(all(code.startswith("TAM-") for code in codes))
            # An identity card is refused in words, and nothing of it stays on the screen.
            hall.tolerate("status of 422")
            await scan(page, "031090001234||Nguyen Van A|01011990|Nam|Hai Phong|01012021")
            await until_page(page, "document.querySelector('#case-said.wrong')")
            self.assertIn("căn cước", await text(page, "#case-said"))
            self.assertNotIn("Nguyen Van A", await page.locator("body").inner_text())
        self.daemon.verify()

    async def test_keys_and_days_as_people_use_them(self):
        """A key that bounces is one dossier; «+» is one more; a day is written as here whatever the browser's language; what
        has to be verified has the longer limit, and a day agreed in writing says so; a fee is asked for and paid."""
        visit = self.kiosk.issue("ho-tich").body["id"]
        with self.daemon.officer("cb01") as client:
            client.post("dossiers", {"procedure": "1.004873", "counter": 1})
        day = centre.today() + datetime.timedelta(days=40)
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01", clock=True)
            await serve_next(page, "A001")
            await page.locator(".procs .btn", has_text="độc thân").first.wait_for()
            await page.keyboard.press("1")
            await until_page(page, "document.querySelectorAll('.cases li').length === 1")
            await page.keyboard.press("1")
            await until_page(page, "document.querySelector('#case-said.wrong')")
            self.assertIn("chỉ nhận một", await text(page, "#case-said"))
            await hall.shot(page, "case-twice")
            self.assertEqual(len(self.dossiers(visit)), 1)
            # One more and one fewer by the keyboard.
            await page.keyboard.press("+")
            await until_page(page, "document.querySelector('.copies output').textContent === '×2'")
            await page.keyboard.press("-")
            await until_page(page, "document.querySelector('.copies output').textContent === '×1'")

            # The province's day, typed with and without its slashes; nonsense is refused before anything is sent.
            due = page.locator("[name=due]")
            await due.fill("31/02/2027")
            await page.locator(".procs .btn").nth(1).click()
            await until_page(page, "document.querySelector('#case-said.wrong')?.textContent.includes('03/12/2026')")
            await due.fill("")
            await due.type(f"{day:%d%m%Y}")
            self.assertEqual(await due.input_value(), f"{day:%d/%m/%Y}")
            await page.locator(".caseform .more").click()
            await page.locator("[name=verification]").check()
            await page.locator("[name=agreed]").check()
            await hall.shot(page, "case-special")
            await page.locator(".procs .btn", has_text="độc thân").first.click()
            await until_page(page, "document.querySelectorAll('.cases li').length === 2")
            [agreed] = [each for each in self.dossiers(visit) if each["due"]["day"] == f"{day}"]
            self.assertIn("thỏa thuận", agreed["dueWhy"]["vi"])
            # Verified alone: counted with the longer limit.
            await page.locator(".caseform .more").click()
            await page.locator("[name=verification]").check()
            self.assertFalse(await page.locator("[name=agreed]").is_checked())
            # Not at once: the same key twice would be one dossier.
            await later(page)
            await page.locator(".procs .btn", has_text="độc thân").first.click()
            until(lambda: any("23 ngày" in each["dueWhy"]["vi"] for each in self.dossiers(visit)), 15, "the longer limit")

            # A fee is asked for, and paid.
            card = await open_card(page, page.locator(".cases li").first)
            await card.locator(".btn", has_text="Yêu cầu nộp phí").click()
            await card.locator(".tag", has_text="chờ nộp phí").wait_for()
            await hall.shot(page, "case-fee")
            await card.locator(".btn", has_text="Đã nộp phí").click()
            await card.locator(".tag", has_text="đang giải quyết").wait_for()
        self.daemon.verify()

    async def test_filed_online(self):
        """Known from the province's register only: accepted with the day the portal promised and the day its clock began."""
        today = centre.today()
        began, day = today - datetime.timedelta(days=2), today + datetime.timedelta(days=20)
        register = pathlib.Path(self.paper.name) / "danh-sach.csv"
        register.write_text("Mã hồ sơ,Mã TTHC,Ngày tiếp nhận,Trạng thái\n"
                            f"H24.19-261101-0042,1.004873,{began:%d/%m/%Y} 08:00:00,Mới đăng ký\n", encoding="utf-8")
        self.daemon.run("dossiers", "import", str(register))
        self.kiosk.issue("ho-tich")
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await serve_next(page, "A001")
            await scan(page, "H24.19-261101-0042")
            card = await shown_card(page)
            await card.locator(".tag", has_text="chờ tiếp nhận").wait_for()
            await card.locator("[name=due]").fill(f"{day:%d/%m/%Y}")
            await card.locator(".more").click()
            await card.locator("[name=start]").fill(f"{began:%d/%m/%Y}")
            await hall.shot(page, "case-online")
            await card.locator(".btn", has_text="Tiếp nhận").first.click()
            await card.locator(".tag", has_text="đã tiếp nhận").wait_for()
            self.assertFalse(await card.locator("[name=due]").is_visible())
        [(_, _, _, received)] = self.daemon.events("dossier-received")
        self.assertEqual(datetime.datetime.fromtimestamp(received["clockStart"] / 1000, centre.zone()).date(), began)
        self.assertEqual(received["dueFrom"], "province")
        self.daemon.verify()

    async def test_a_number_for_a_procedure(self):
        """A number taken for a procedure: the slip is scanned and the dossier is there without a key."""
        answer = self.kiosk.post("tickets", {"procedure": "1.004873.000.00.00.H24"})
        self.assertEqual((answer.status, answer.body["service"]), (201, "ho-tich"))
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await until_counter(page, "idle")
            await act(page, "F2")
            await until_counter(page, "called", "A001")
            await page.locator(".procs .btn").first.wait_for()
            await scan(page, "H24.19-261126-0002")
            await page.locator(".cases li", has_text="H24.19-261126-0002").wait_for()
            self.assertIn("Hẹn trả", await text(page, "#case-said"))
        [dossier] = self.dossiers(answer.body["id"])
        self.assertEqual((dossier["procedure"], dossier["code"]), ("1.004873", "H24.19-261126-0002"))
        until(lambda: self.kiosk.post("tickets", {"procedure": "9.9"}).status == 404, 5, "an unknown procedure is refused")
