"""Tổng quan: figures of a running day, each with what it is and one click to its rows; live, by keyboard, on paper."""

import subprocess
import tempfile

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, text, until_page


class Live(ScreenTest):
    async def test_a_day_grows_on_the_page(self):
        with Daemon(centre.settings()) as daemon, daemon.supervisor() as chief:
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/live.html")
                await page.wait_for_selector("#compare .now .big")
                # Nothing has happened: no nought, no hundred.
                self.assertEqual(await page.locator("#compare tbody .muted", has_text="chưa có dữ liệu").count(), 24)
                self.assertEqual(await page.locator(".gauge .value").count(), 0)
                self.assertEqual(await page.locator(".gauge .none", has_text="chưa có dữ liệu").count(), 5)
                await hall.shot(page, "live-empty")

                chief.post("counters/1/open", {"officer": "cb01"})
                for _ in range(3):
                    chief.issue()
                chief.post("counters/1/call-next")
                chief.post("counters/1/finish")
                # By itself: the line says that something happened.
                await until_page(page, "document.querySelector('#compare tbody td a')?.textContent === '3'")
                await until_page(page, "document.querySelector('#compare .now .big').textContent === '2'")
                await page.wait_for_selector("[data-figure=WAIT] .value")
                self.assertIn("1/1", await text(page, "[data-figure=WAIT] .value"))
                # On the last day of a year nothing more is to come.
                self.assertRegex(await text(page, "[data-figure=WAIT] .say"), r"Để đạt 90% trước 31/12, \d+ trong khoảng \d+ lần chờ|Chắc chắn đạt|Kỳ đã hết")

                # What it is, and the table behind, by keyboard alone; and both stay open when the figures move.
                await page.locator("#waits .why summary").focus()
                await page.keyboard.press("Enter")
                self.assertIn("không phải là 0", await text(page, "#waits .why p"))
                await page.locator("#waits details.table summary").focus()
                await page.keyboard.press("Enter")
                await page.locator("#waits .behind table").wait_for()
                chief.issue()
                chief.post("counters/1/call-next")
                await until_page(page, "document.querySelector('#compare tbody td a').textContent === '4'")
                self.assertTrue(await page.locator("#waits .behind table").is_visible())

                # One click to the rows, which are as many as the figure says, and nobody's name.
                await page.locator("#compare tbody td a").first.focus()
                await page.keyboard.press("Enter")
                await page.wait_for_url("**/supervisor/rows.html**")
                await page.locator(".rowlist tbody tr").first.wait_for()
                self.assertEqual(await page.locator(".rowlist tbody tr").count(), 4)
                self.assertIn("đang chờ", await text(page, ".rowlist tbody"))
                await hall.shot(page, "live-rows")
                await page.get_by_text("Về trang Tổng quan").click()
                await page.wait_for_selector("#compare .now .big")
                for size in ((1366, 768), (1920, 1080)):
                    await page.set_viewport_size({"width": size[0], "height": size[1]})
                    self.assertLessEqual(await page.evaluate("document.documentElement.scrollWidth"), size[0])
                    await hall.shot(page, f"live-{size[0]}")
                with tempfile.NamedTemporaryFile(suffix=".pdf") as paper:
                    await page.pdf(path=paper.name, prefer_css_page_size=True)
                    facts = subprocess.run(["pdfinfo", paper.name], capture_output=True, check=True, text=True).stdout
                    words = subprocess.run(["pdftotext", paper.name, "-"], capture_output=True, check=True, text=True).stdout
                self.assertIn("A4", facts)
                self.assertIn("Giờ nào đông", words)
            daemon.stop()
            daemon.verify()
