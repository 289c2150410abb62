"""The scoring sheet as a supervisor fills it in: maxima from the signed copy, points with reasons, two people at one row."""

import csv
import io
import pathlib
import re
import subprocess

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page

YEAR = centre.today().year


class Score(ScreenTest):
    async def test_a_year_is_scored(self):
        with Daemon() as daemon:
            async with Hall(daemon) as hall:
                hall.tolerate("status of 409", "status of 422")
                chief = await hall.supervisor("/supervisor/score.html")
                await chief.wait_for_selector(".rows .row")
                await hall.shot(chief, "score-begin")
                # Without the signed copy it is a range, and says which maxima are missing.
                self.assertIn("0 … 100", re.sub(r"\s+", " ", await chief.inner_text(".forecast .big")))
                self.assertRegex(await chief.inner_text(".unread summary"), r"^\d+ điểm tối đa chưa đọc được")
                self.assertIn("Chưa đăng ký", await chief.inner_text(".forecast"))

                await self.give(chief, "I.1.1", "2", "công khai")
                self.assertIn("Vượt điểm tối đa", await chief.inner_text("[data-row='I.1.1'] .wrong"))
                await self.give(chief, "I.1.1", "1", "")
                self.assertIn("lý do", await chief.inner_text("[data-row='I.1.1'] .wrong"))
                await self.give(chief, "I.1.1", "0.5", "bảng niêm yết chụp ngày 02/11", evidence="ảnh bảng niêm yết", done=True)
                self.assertIn("0,50", await chief.inner_text("[data-row='I.1.1'] .points"))
                self.assertIn("ảnh bảng niêm yết", await chief.inner_text("[data-row='I.1.1'] .history"))

                # A scan as evidence: kept, given back as it was, and named when it is gone.
                line = chief.locator("[data-row='I.1.5']")
                await line.locator("summary").click()
                await line.locator("[name=points]").fill("1")
                await line.locator("[name=reason]").fill("đã niêm yết")
                await line.locator("[name=file]").set_input_files(
                    {"name": "bản quét.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 scan"})
                await line.locator("button[type=submit]").click()
                link = line.locator(".history a")
                await link.wait_for()
                self.assertEqual(await link.inner_text(), "bản quét.pdf")
                async with chief.expect_download() as download:
                    await link.click()
                self.assertEqual(pathlib.Path(await (await download.value).path()).read_bytes(), b"%PDF-1.7 scan")
                for kept in pathlib.Path(daemon.data, "minh-chung").iterdir():
                    kept.unlink()
                await chief.reload()
                await chief.wait_for_selector(".rows .row")
                self.assertIn("tệp mất hoặc đổi", await chief.inner_text("[data-row='I.1.5'] .marks"))

                # Somebody else scored the row while it was open here: told, and both are kept.
                with daemon.supervisor() as other:
                    self.assertTrue(other.post(f"score/{YEAR}/points", {
                        "item": "I.1.1", "points": 1, "reason": "đã bổ sung", "seen": 1}).ok)
                await self.give(chief, "I.1.1", "0", "chưa thấy")
                self.assertIn("Người khác vừa chấm", await chief.inner_text("[data-row='I.1.1'] .wrong"))
                await chief.reload()
                await chief.wait_for_selector(".rows .row")
                await chief.locator("[data-row='I.1.1'] summary").click()
                self.assertEqual(await chief.locator("[data-row='I.1.1'] .history li").count(), 2)

                # Maxima from the signed copy: sums are checked.
                await chief.locator(".unread > summary").click()
                await chief.fill("[data-maximum='I.2.4']", "3")
                await chief.fill("[data-maximum='I.2.5']", "3")
                await chief.fill(".unread [name=document]", "bản ký số 11/12/2025")
                await chief.locator(".unread button[type=submit]").click()
                await until_page(chief, "document.querySelector('.unread .wrong').textContent.includes('không khớp')")
                before = await chief.inner_text(".unread summary b")
                await chief.fill("[data-maximum='I.2.5']", "1")
                await chief.locator(".unread button[type=submit]").click()
                await until_page(chief, f"document.querySelector('.unread summary b').textContent !== '{before}'")
                self.assertEqual(await chief.inner_text("[data-row='I.2.4'] .most b"), "3")

                # Registration, a figure somebody supplies, and a disqualification that shows at once.
                await chief.fill(".deadlines [name=document]", "12/UBND-VP")
                await chief.fill(".deadlines [name=day]", f"{YEAR}-02-14")
                await chief.locator(".deadlines button").click()
                await chief.get_by_text("Đã đăng ký: 12/UBND-VP").wait_for()
                signing = chief.locator("[data-figure=SIGNING]")
                await signing.locator(".enter summary").click()
                await signing.locator("[name=numerator]").fill("899")
                await signing.locator("[name=denominator]").fill("1000")
                await signing.locator("[name=source]").fill("phần mềm QLVB")
                await signing.locator("button[type=submit]").click()
                await chief.get_by_text("89,9%").wait_for()
                self.assertIn("chưa đạt", await chief.inner_text("[data-row='IV.5.1'] .marks"))
                rule = chief.locator(".out details").first
                await rule.locator("summary").click()
                await rule.locator("input").nth(0).fill("45/QĐ-UBND")
                await rule.locator("input").nth(1).fill("xử lý kỷ luật")
                await rule.locator("button").click()
                await chief.get_by_text("xếp loại không đạt chuẩn").wait_for()
                await hall.shot(chief, "score-end")
            # It is in the journal, and lives through a restart.
            self.assertEqual([e[3]["event"]["given"]["score"]["points"] for e in daemon.events("score-given")], [0.5, 1, 1])
            daemon.stop()
            daemon.start()
            with daemon.supervisor() as client:
                sheet = client.get(f"score/{YEAR}").body
                self.assertEqual(sheet["forecast"]["given"], 2)
                self.assertTrue(sheet["forecast"]["disqualified"])
                self.read_papers(client)
                self.assertIn("no-scoring-table", client.get("score/2025").body["type"])
            daemon.stop()
            daemon.verify()

    async def test_every_figure_leads_to_its_rows(self):
        with Daemon(centre.settings()) as daemon, daemon.supervisor() as boss:
            boss.post("counters/1/open", {"officer": "cb01"})
            for _ in range(3):
                boss.issue()
            for _ in range(2):
                boss.post("counters/1/call-next")
                boss.post("counters/1/finish")
            for n in range(130):
                answer = boss.post("dossiers", {"procedure": ["2.000815", "1.000894"][n % 2], "counter": 1})
                self.assertEqual(answer.status, 201, answer.body)
                if n % 3 == 0:
                    boss.post(f"dossiers/{answer.body['dossiers'][0]['id']}/steps", {"step": "finish"})
            boss.post("counters/1/pause", {"reason": "meeting"})
            async with Hall(daemon) as hall:
                chief = await hall.supervisor("/supervisor/score.html")
                await chief.wait_for_selector("[data-figure=ONTIME] a.value")
                figures = boss.get(f"score/{YEAR}").body["figures"]
                known = [each for each in figures if each.get("share") or each["counts"]]
                self.assertLessEqual({"TICKETS", "ONTIME", "OVERDUE_TWICE", "COUNTER_LOG"}, {each["figure"] for each in known})
                for figure in known:
                    # One click, by keyboard as well; what stands below the rows is the figure.
                    card = chief.locator(f"[data-figure={figure['figure']}]")
                    await card.locator("a.value, .counts a").first.focus()
                    await chief.keyboard.press("Enter")
                    await chief.wait_for_url("**/figure-rows.html**")
                    await chief.wait_for_selector("tfoot td")
                    told = [cell.replace(".", "") for cell in await chief.locator("tfoot td").all_inner_texts()]
                    share = figure.get("share") or {}
                    numbers = [share[key] for key in ("numerator", "denominator") if key in share]
                    self.assertEqual(told, [str(n) for n in numbers + [each["n"] for each in figure["counts"]]], figure["figure"])
                    await chief.go_back()
                    await card.wait_for()
                twice = next(each for each in known if each["figure"] == "OVERDUE_TWICE")["share"]
                self.assertEqual(twice["denominator"], 130)
                await chief.locator("[data-figure=OVERDUE_TWICE] a.value").click()
                await chief.wait_for_selector("tbody tr")
                self.assertEqual(await chief.locator("tbody tr").count(), 100)
                await hall.shot(chief, "figure-rows")
                await chief.get_by_text("Trang sau").click()
                await chief.wait_for_url("**from=100**")
                await chief.wait_for_selector("tbody tr")
                self.assertEqual(await chief.locator("tbody tr").count(), 30)
                async with chief.expect_download() as download:
                    await chief.get_by_text("Tải CSV").click()
                file = pathlib.Path(await (await download.value).path()).read_text("utf-8-sig")
                self.assertEqual(len(list(csv.reader(io.StringIO(file)))), 131)
                # The part that is left over, and back.
                await chief.locator(".parts a", has_text="Ngoài tử số").click()
                await chief.wait_for_url("**part=rest**")
                await chief.wait_for_selector("tbody tr")
                await chief.get_by_text("Về bảng chấm điểm").click()
                await chief.wait_for_selector("[data-figure=ONTIME] a.value")
                await chief.locator("[data-figure=TICKETS] .counts a").first.click()
                await chief.wait_for_selector("tbody tr")
                await hall.shot(chief, "figure-rows-days")
                await chief.locator("tbody a").first.click()
                await chief.wait_for_selector(".rowlist tbody tr")
                self.assertEqual(await chief.locator(".rowlist tbody tr").count(), 3)

    def read_papers(self, client):
        """The table to sign: every row of the decision, and that it is a range is said on the paper itself."""
        rows = list(csv.reader(io.StringIO(client.get(f"score/{YEAR}?format=csv").data.decode("utf-8-sig"))))
        self.assertEqual({row[0]: row[3] for row in rows}["I.1.1"], "1")
        self.assertEqual(len(rows), len(client.get(f"score/{YEAR}").body["rows"]) + 2)
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=client.get(f"score/{YEAR}?format=pdf").data,
                              capture_output=True, check=True).stdout.decode()
        for words in ("Bảng tự chấm điểm".upper(), "chưa đọc được", "12/UBND-VP", "điều kiện không xét"):
            self.assertIn(words, text)

    async def give(self, page, row, points, reason, evidence="", done=False):
        line = page.locator(f"[data-row='{row}']")
        if await line.get_attribute("open") is None:
            await line.locator("summary").click()
        await line.locator("[name=points]").fill(points)
        await line.locator("[name=reason]").fill(reason)
        await line.locator("[name=evidence]").fill(evidence)
        async with page.expect_response(lambda answer: answer.request.method == "POST"):
            await line.locator("button[type=submit]").click()
        if done:
            await page.wait_for_selector(f"[data-row='{row}'] .history li")
        else:
            await until_page(page, f"document.querySelector(\"[data-row='{row}'] .wrong\").textContent")
