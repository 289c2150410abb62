"""The start-of-day page: looked at, ticked, excused, finished, printed."""

import socket

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page


class StartOfDay(ScreenTest):
    async def test_a_morning(self):
        camera = socket.socket()
        camera.bind(("127.0.0.1", 0))
        camera.listen(16)
        self.addCleanup(camera.close)
        settings = centre.settings()
        settings["checklist"] += [
            {"id": "cam-1", "kind": "tcp", "name": "Camera phòng chờ", "address": f"tcp://127.0.0.1:{camera.getsockname()[1]}"},
            {"id": "wifi", "kind": "http", "name": "Bộ phát wifi công cộng", "address": "http://127.0.0.1:1/"}]
        manual = [item["id"] for item in settings["checklist"] if item.get("kind", "manual") == "manual"]
        with Daemon(settings) as daemon:
            daemon.token("may-lay-so-1", "kiosk")
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/check.html")
                # The page has looked by itself.
                await page.locator("li[data-kind=http][data-outcome=failed]", has_text="từ chối kết nối").wait_for()
                await page.locator("li[data-kind=tcp][data-outcome=ok]").wait_for()
                # The board that shall speak and the máy lấy số are not switched on yet.
                self.assertEqual(await page.locator("li[data-kind=screen][data-outcome=failed]").count(), 2)
                await hall.board()
                await page.locator(".head button", has_text="Kiểm tra lại").click()
                await until_page(page, "document.querySelectorAll('li[data-kind=screen][data-outcome=failed]').length === 1")
                finish = page.locator(".finish button")
                self.assertTrue(await finish.is_disabled())
                for name in manual[1:]:
                    await page.locator(f"[data-item='{name}'] button").click()
                    await page.locator(f"[data-item='{name}'] small", has_text="Bùi Thị Mai").wait_for()
                self.assertTrue(await finish.is_disabled(), "one is open")
                # Ticked by mistake: taken back.
                await page.locator(f"[data-item='{manual[1]}'] button").click()
                await page.locator(f"[data-item='{manual[1]}'] button", has_text="Đã kiểm").click()
                await page.set_viewport_size({"width": 1366, "height": 768})
                await hall.shot(page, "check-open")
                await page.locator(f"[data-item='{manual[0]}'] select").select_option("broken")
                await page.locator(f"[data-item='{manual[0]}']", has_text="Đang hỏng, đã báo sửa").wait_for()
                # It asks before it writes down that something failed; saying no leaves everything as it is.
                asked = []

                async def answer(dialog):
                    asked.append(dialog.message)
                    await (dialog.accept() if len(asked) > 1 else dialog.dismiss())
                page.on("dialog", answer)
                await finish.click()
                await until_page(page, "!document.querySelector('.finish button').disabled")
                await finish.click()
                await page.locator(".finish p", has_text="Đã hoàn thành lúc").wait_for()
                self.assertIn("3 mục không đạt", asked[1])
                await hall.shot(page, "check-finished")
                link = await page.locator(".head a").get_attribute("href")
                with daemon.supervisor() as client:
                    paper = client.get(link)
                    self.assertTrue(paper.data.startswith(b"%PDF"))
                await page.goto(f"{daemon.url}/supervisor/figures.html")
                await page.locator(".checklist", has_text="1/1 ngày làm việc").wait_for()
            daemon.verify()
