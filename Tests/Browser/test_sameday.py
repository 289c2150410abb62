"""The day without appointment and without waiting, on a Thursday: marked on machine, paper, counter and board; every promise
followed until it is handed over; explained where it was not; results on one page. And the supervisor's list of dossiers."""

import re

from Support import centre
from Support.clock import Clock
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, act, text, until_counter, until_page
from Support.waiting import until

THURSDAY = "2026-11-26"
PLAN = {"weekday": "thursday", "procedures": ["2.000815", "1.001193"], "document": "Quyết định số 12/QĐ-UBND ngày 20/11/2026",
        "from": "2026-11-01", "waitMinutes": 15, "cutoff": "15:00", "escalateMinutes": 60}


class SameDay(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        settings = centre.settings(hours=("07:30-11:30", "13:30-17:00"))
        settings["centre"]["timezone"] = "Etc/GMT"
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        settings["sameDay"] = [PLAN]
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.clock = Clock(self.daemon)
        self.clock.show(f"{THURSDAY} 09:00:00")
        self.daemon.start()

    def receive(self, client, procedure, **more):
        answer = client.post("dossiers", {"procedure": procedure, "counter": 1, **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.body["dossiers"][0]

    def step(self, client, dossier, step, **more):
        answer = client.post(f"dossiers/{dossier['id']}/steps", {"step": step, **more})
        self.assertEqual(answer.status, 200, answer)

    def later(self, time):
        """The wall's clock moves on, and the person in charge says that it is right."""
        self.clock.show(f"{THURSDAY} {time}")
        with self.daemon.supervisor() as boss:
            def told():
                if boss.get("health").body["clock"] == "unsure":
                    boss.post("clock/confirm")
                now = boss.get("supervisor").body["now"]
                return now[11:16] >= time[:5]
            until(told, 15, f"it is {time} at the centre")

    async def test_day(self):
        daemon = self.daemon
        async with Hall(daemon) as hall:
            machine = await hall.kiosk()
            await machine.locator(".strip.promise", has_text="không hẹn, không chờ").wait_for()
            await hall.shot(machine, "sameday-kiosk")
            board = await hall.board()
            await board.locator("footer, .promise", has_text="không hẹn, không chờ").first.wait_for()
            await machine.locator("button.choice", has_text="Hộ tịch").tap()
            await machine.locator(".priority .answers button").first.tap()
            await machine.locator(".slip .tag.sameday").wait_for()
            await hall.shot(machine, "sameday-number")
            with daemon.kiosk() as kiosk:
                kiosk.post("tickets", {"procedure": "2.000815"})
                kiosk.issue("dat-dai")
            marks = [(p["number"], p.get("sameDay")) for _, _, _, p in daemon.events("ticket-issued")]
            self.assertEqual(marks, [("A001", True), ("A002", True), ("B001", None)])
            counter = await hall.counter(1, "cb01")
            await until_counter(counter, "idle")
            await act(counter, "F2")
            await counter.locator("#current .tag.sameday", has_text="Trả trong ngày").wait_for()
            # At the number itself, for who waits in the hall.
            await board.locator("#call .tag.sameday", has_text="Trả trong ngày").wait_for()
            await hall.shot(board, "sameday-board-call")
            ends = "document.querySelector('{}').getBoundingClientRect().right"
            self.assertLessEqual(await board.evaluate(ends.format("#call .tag.sameday")), await board.evaluate(ends.format("#call")) - 20)
            self.assertLessEqual(await board.evaluate(ends.format("#call")), await board.evaluate("document.querySelector('#counters').getBoundingClientRect().left"))
            await act(counter, "F4")

            with daemon.officer("cb01") as officer:
                kept = self.receive(officer, "2.000815", atOnce=True)
                running = self.receive(officer, "1.001193")
                ready = self.receive(officer, "2.000815")
                other = self.receive(officer, "1.004873")
                self.step(officer, ready, "finish")
            self.assertEqual((kept["sameDay"], other.get("sameDay")), ("promised", None))
            self.assertEqual(running["due"], {"day": THURSDAY, "until": "17:00", "provisional": False})

            # The counter that made the promise sees what is left of it; another one doesn't.
            await counter.locator("#own .promised:not(.fault)", has_text="còn 1 hồ sơ").wait_for()
            await counter.locator("#own .promised", has_text=running["code"]).wait_for()
            with daemon.officer("cb01") as officer:
                self.assertEqual(officer.get("counters/2/desk").body["promises"], [])

            page = await hall.supervisor("/supervisor/sameday.html")
            await page.locator("tbody tr").first.wait_for()
            self.assertEqual(await page.locator(".tile b").all_inner_texts(), ["3", "1/3", "1", "1", "0", "0", "1/1", "1/4"])
            # Weeks of this year under the plan: 5, 12, 19 and 26 November.
            await page.locator("button", has_text="Thêm người").click()
            await page.locator(".rowline input[type=number]").fill("12")
            await page.locator(".rowline input[type=number]").press("Tab")
            until(lambda: [e[3]["helpers"][0]["helped"] for e in daemon.events("same-day-roster")] == [0, 12], 10, "the roster")
            await hall.shot(page, "sameday-page")
            hall.tolerate("422")
            # The next helper is the next officer; the same one twice is refused, and the row is named.
            await page.locator("button", has_text="Thêm người").click()
            await until_page(page, "document.querySelectorAll('.rowline').length === 2")
            await page.locator(".rowline").nth(1).locator("select").first.select_option("cb01")
            await page.locator(".helpers .wrong", has_text="Dòng 2: cán bộ này đã có trong danh sách của ngày").wait_for()
            await page.locator(".rowline").nth(1).locator("button", has_text="Bỏ").click()
            await until_page(page, "document.querySelectorAll('.rowline').length === 1")

            await page.locator(".rowline input[type=number]").focus()
            # After the cutoff: counted apart. Near closing: an alarm names what is open.
            self.later("16:20:00")
            with daemon.officer("cb01") as officer:
                late = self.receive(officer, "2.000815")
            self.assertEqual((late["sameDay"], late["due"]["day"]), ("afterCutoff", "2026-11-27"))
            self.assertIn("15:00", late["dueWhy"]["vi"])
            with daemon.supervisor() as boss:
                until(lambda: any(a["id"] == "sameDayOpen" for a in boss.get("supervisor").body["alarms"]), 40, "the alarm before closing")
            await counter.locator("#own .promised.fault", has_text=running["code"]).wait_for()
            # The page has followed by itself, and what is being filled in was left alone.
            await until_page(page, "document.querySelectorAll('.tile b')[5].textContent === '1'")
            self.assertTrue(await page.locator(".rowline input[type=number]:focus").count())
            await page.reload()
            await page.locator(".tag.fault", has_text="sắp hết giờ").wait_for()
            await hall.shot(page, "sameday-escalated")
            # Why it is not done is a word of the list, and stands on the page of results. By the keyboard alone: the words on
            # the way are not written down, and a wrong one is put right.
            select = page.locator("tbody tr").first.locator("select")
            await select.focus()
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.locator("tbody tr").first.locator("button:focus", has_text="Sửa").wait_for()
            self.assertEqual([e[3]["reason"] for e in daemon.events("dossier-same-day-explained")], ["cho-xac-minh"])
            await page.keyboard.press("Enter")
            await select.select_option("vang-nguoi-ky")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.locator("tbody td", has_text="Người có thẩm quyền ký đi vắng").locator("button:focus", has_text="Sửa").wait_for()
            self.assertEqual([e[3]["reason"] for e in daemon.events("dossier-same-day-explained")], ["cho-xac-minh", "vang-nguoi-ky"])
            self.later("17:05:00")
            with daemon.supervisor() as boss:
                report = boss.get("same-day/today").body
                self.assertEqual((report["promised"], report["kept"], report["ready"], report["broken"], report["afterCutoff"]["of"]), (3, 1, 1, 1, 1))
                self.assertIn({"n": 1, "words": {"vi": "Người có thẩm quyền ký đi vắng", "en": "Who signs was away"}}, report["reasons"])
                pdf = boss.get(f"same-day/{THURSDAY}?format=pdf")
                self.assertEqual(pdf.headers["Content-Type"], "application/pdf")
                # A roster of an ordinary day, and letters no paper has, are told.
                for day, who, kind in (("2026-11-25", "Đoàn Thanh niên", "not-same-day-day"), (THURSDAY, "Đoàn 青", "unprintable")):
                    refused = boss.put(f"same-day/{day}/helpers", {"helpers": [{"body": who, "task": "helper", "helped": 1}]})
                    self.assertEqual(refused.body["type"], kind)
        daemon.verify()

    async def test_edges_of_the_day(self):
        daemon = self.daemon
        with daemon.officer("cb01") as officer, daemon.supervisor() as boss:
            done = self.receive(officer, "2.000815")
            self.receive(officer, "1.001193")
            # Explained while it ran, and handed over all the same.
            self.step(officer, done, "explain-same-day", reason="vang-nguoi-ky")
            self.step(officer, done, "finish")
            self.step(officer, done, "hand-over")
            items = {each["id"]: each for each in boss.get("same-day/today").body["items"]}
            self.assertEqual((items[done["id"]]["standing"], items[done["id"]].get("reason")), ("kept", None))
            # Weeks to come have not passed: the page of a coming day, where its roster is written, counts them not.
            weeks = [boss.get(f"same-day/{day}").body["weeks"] for day in (THURSDAY, "2026-12-24")]
            self.assertEqual(weeks[0], weeks[1])
            # The plan is ended though something was promised today: every screen goes on telling of it.
            body = boss.get("settings").body
            body["settings"]["sameDay"][0]["until"] = "2026-11-25"
            self.assertEqual(boss.put("settings", body).status, 200)
            self.assertEqual(len(officer.get("counters/1/desk").body["promises"]), 1)
            until(lambda: [(p["day"], p["promised"], p["kept"]) for p in boss.get("live").body["dossiers"]["promises"]][-1:] == [(THURSDAY, 2, 1)], 30, "the promises on the overview")
            body = boss.get("settings").body
            del body["settings"]["sameDay"][0]["until"]
            self.assertEqual(boss.put("settings", body).status, 200)
            # What passed keeps its cutoff: who came later was counted apart by it.
            body = boss.get("settings").body
            body["settings"]["sameDay"][0]["cutoff"] = "16:30"
            refused = boss.put("settings", body)
            self.assertEqual(refused.status, 422, refused)
            self.assertIn("thứ, giờ chốt và số phút của ngày 01/11/2026", refused.body["problems"][0]["vi"])
        async with Hall(daemon) as hall:
            page = await hall.supervisor("/supervisor/sameday.html")
            await page.locator("tbody tr").first.wait_for()
            # A date emptied on the way to another one is no date.
            picker = page.locator("input[name=day]")
            await picker.fill("")
            await page.locator("button", has_text="Thêm người").focus()
            await until_page(page, f"document.querySelector('input[name=day]').value === '{THURSDAY}'")
            self.assertEqual(await page.locator("tbody tr").count(), 2)
            # The line was away, and the day is over: nothing has changed, and the list is there again.
            self.later("17:05:00")
            await page.reload()
            await page.locator("tbody tr .tag", has_text="không kịp").wait_for()
            hall.tolerate("ERR_FAILED")
            await page.route("**/api/v1/same-day/**", lambda route: route.abort())
            await page.locator("section.panel .notice.warning").wait_for(timeout=30_000)
            await page.unroute("**/api/v1/same-day/**")
            await page.locator("tbody tr .tag", has_text="không kịp").wait_for(timeout=30_000)
            # At the end of the day the board tells what is left to say, and the promise no more.
            board = await hall.board()
            await board.locator("footer .say, .promise .say", has_text=re.compile(".")).first.wait_for()
            self.assertEqual(await board.locator("footer, .promise", has_text="không hẹn, không chờ").count(), 0)
        daemon.verify()

    async def test_cutoff_to_the_minute(self):
        """At the minute of the cutoff the machine, the ticket and the counter say the same; a minute later too."""
        daemon = self.daemon
        self.later("15:00:02")
        async with Hall(daemon) as hall:
            machine = await hall.kiosk()
            await machine.locator(".strip.promise", has_text="không hẹn, không chờ").wait_for()
            with daemon.officer("cb01") as officer, daemon.kiosk() as kiosk:
                kiosk.post("tickets", {"procedure": "2.000815"})
                self.assertEqual(self.receive(officer, "2.000815")["sameDay"], "promised")
                self.later("15:01:01")
                kiosk.post("tickets", {"procedure": "2.000815"})
                self.assertEqual(self.receive(officer, "2.000815")["sameDay"], "afterCutoff")
            self.assertEqual([e[3].get("sameDay") for e in daemon.events("ticket-issued")], [True, None])
            await machine.reload()
            await machine.locator("button.choice").first.wait_for()
            self.assertEqual(await machine.locator(".strip.promise").count(), 0)
        daemon.verify()

    async def test_supervisors_list_and_settings(self):
        daemon = self.daemon
        with daemon.officer("cb01") as officer:
            overdue = self.receive(officer, "1.004873", code="H24.19-261126-0001")
            self.receive(officer, "2.000815")
            waiting = self.receive(officer, "1.004884", code="H24.19-261126-0003")
            self.step(officer, waiting, "ask-supplement", reason="thieu-giay-to")
        # A week later: one is overdue without a letter.
        self.daemon.stop()
        self.clock.show("2026-12-03 09:00:00")
        self.daemon.start()
        with daemon.supervisor() as boss:
            self.assertEqual(boss.get("dossiers/watch").body["today"], "2026-12-03")
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/dossiers.html")
                row = page.locator("#missing li", has_text=overdue["code"])
                await row.wait_for()
                await page.locator(".alarm", has_text="2027").wait_for()
                self.assertEqual(await page.locator("#provisional li").count(), 1)
                # No date presses it any more, and it isn't forgotten.
                await page.locator("#waiting li", has_text=waiting["code"]).locator(".when", has_text="chờ bổ sung từ 26/11/2026, 7 ngày").wait_for()
                await hall.shot(page, "dossiers-page")
                await row.locator("button").click()
                await page.locator("dialog .procs .btn", has_text="Ghi thư xin lỗi").click()
                await page.locator("dialog input[name=number]").fill("12/PXL")
                await hall.shot(page, "dossiers-dialog")
                await page.keyboard.press("Enter")
                until(lambda: [e[3]["number"] for e in daemon.events("dossier-apologised")] == ["12/PXL"], 10, "the letter is written down")
                await page.locator("dialog button", has_text="Quay lại").click()
                await until_page(page, "document.querySelector('#missing .none, #missing li') && !document.querySelector('#missing').textContent.includes('H24.19-261126-0001')")
                # The real code of a dossier of the outage.
                await page.locator("#provisional li button").click()
                await page.locator("dialog .procs .btn", has_text="Ghi mã chính thức").click()
                await page.locator("dialog input[name=code]").fill("H24.19-261126-0002")
                await page.keyboard.press("Enter")
                until(lambda: len(daemon.events("dossier-code-replaced")) == 1, 10, "the code is replaced")

                settings = await hall.supervisor("/supervisor/settings.html")
                section = settings.locator("#sameDay")
                await section.locator("summary").click()
                await hall.shot(settings, "sameday-settings")
                await section.locator("label.check", has_text="2.000884").locator("input").check()
                await settings.keyboard.press("Control+s")
                await settings.locator(".savebar.done").wait_for()
                self.assertIn("2.000884", boss.get("settings").body["settings"]["sameDay"][0]["procedures"])
                # Another weekday for weeks that have passed: said at the entry itself, also when it is folded.
                hall.tolerate("422")
                entry = section.locator("details").first
                await entry.locator("select").first.select_option("3")
                await entry.locator("summary").click()
                await settings.keyboard.press("Control+s")
                await entry.locator(".bad-note", has_text="số phút của ngày 01/11/2026 đã dùng").wait_for()
                await settings.locator(".savebar button", has_text="Bỏ thay đổi").click()
                # Ended and followed by another, by the page alone; one added by mistake goes again.
                await entry.locator("input[type=date]").nth(1).fill("2026-12-02")
                for weekday in ("2", "5"):
                    await section.locator("button", has_text="Thêm ngày").click()
                    await section.locator("details").last.locator("select").first.select_option(weekday)
                await section.locator("details").last.locator("button", has_text="Bỏ mục này").click()
                self.assertEqual(await section.locator("button", has_text="Bỏ mục này").count(), 1)
                await section.locator("details").last.locator("input[maxlength='120']").fill("QĐ 15")
                cutoff = section.locator("details").last.locator("input.clock24")
                await cutoff.fill("25:99")
                await cutoff.press("Tab")
                await section.locator("label", has_text="Nhận đến").locator(".bad", has_text="Giá trị chưa đúng").wait_for()
                await cutoff.fill("16h")
                await cutoff.press("Tab")
                await settings.keyboard.press("Control+s")
                await settings.locator(".savebar.done").wait_for()
                self.assertEqual([(each["weekday"], each.get("until"), each["cutoff"]) for each in boss.get("settings").body["settings"]["sameDay"]], [(4, "2026-12-02", "15:00"), (2, None, "16:00")])
                await hall.shot(settings, "sameday-settings-two")
            # What is not on the list cannot be promised, and the message says which.
            body = boss.get("settings").body
            body["settings"]["sameDay"][0]["procedures"] = ["9.999999"]
            body["settings"]["sameDay"][0]["document"] = ""
            answer = boss.put("settings", body)
            self.assertEqual(answer.status, 422)
            said = {each["path"]: each["vi"] for each in answer.body["problems"]}
            self.assertRegex(said["sameDay[0].procedures"], re.escape("«9.999999»"))
            self.assertIn("sameDay[0].document", said)
        self.daemon.verify()
