"""Coming back for a result: the slip at the máy lấy số and on the phone. Only the code, only the progress."""

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, read_number, scan, text, until_page

READY, WAITING, MISSING = "H24.19-261126-0001", "H24.19-261126-0002", "H24.19-261126-0003"


class Return(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.daemon = Daemon(centre.settings())
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()
        with self.daemon.officer("cb01") as client:
            for code in (READY, WAITING, MISSING):
                answer = client.post("dossiers", {"procedure": "1.004873", "code": code, "counter": 1})
                self.assertEqual(answer.status, 201, answer)
                dossier = answer.body["dossiers"][0]
                if code == READY:
                    client.post(f"dossiers/{dossier['id']}/steps", {"step": "finish"})
                if code == MISSING:
                    client.post(f"dossiers/{dossier['id']}/steps", {"step": "ask-supplement", "reason": "thieu-giay-to"})
                if code == WAITING:
                    self.due = dossier["due"]["day"]

    async def test_at_the_machine(self):
        async with Hall(self.daemon) as hall:
            page = await hall.kiosk()
            # Scanned from the first screen: ready, so a number for the return desk.
            await scan(page, f"http://10.0.0.2:8080/h/{READY}")
            await page.locator("h1", has_text="Hồ sơ đã có kết quả").wait_for()
            await hall.shot(page, "return-ready")
            await page.locator(".found .btn", has_text="Lấy số nhận kết quả").tap()
            await page.locator(".priority .answers button").first.tap()
            await page.locator(".slip .num").wait_for()
            self.assertTrue((await read_number(page))["number"].startswith("K"))
            await page.locator(".done button").tap()
            await page.wait_for_selector("#kiosk[data-step=choice]")
            self.assertEqual([p["needs"] for _, _, _, p in self.daemon.events("ticket-issued")], [["collect"]])

            # Not ready: the date, and no number to be had.
            await page.locator("button.choice", has_text="Nhận kết quả").tap()
            await page.wait_for_selector("#kiosk[data-step=slip]")
            for key in "H24.19-261126-0002":
                await page.locator(".keys .btn", has_text=key).and_(page.get_by_text(key, exact=True)).tap()
            await hall.shot(page, "return-typing")
            await page.locator(".slipcode .btn.primary").tap()
            await page.locator("h1", has_text="Chưa đến ngày hẹn trả").wait_for()
            await hall.shot(page, "return-not-ready")
            self.assertIn(f"{self.due[8:]}/{self.due[5:7]}/{self.due[:4]}", await text(page, ".found"))
            self.assertEqual(await page.locator(".found .answers .btn").count(), 1, "only Xong")
            await page.locator(".found .answers .btn").tap()
            await page.wait_for_selector("#kiosk[data-step=choice]")

            await scan(page, MISSING)
            await page.locator("h1", has_text="Hồ sơ cần bổ sung giấy tờ").wait_for()
            await page.locator(".found .btn", has_text="Xong").tap()
            await page.wait_for_selector("#kiosk[data-step=choice]")
            hall.tolerate("status of 404")
            await scan(page, "H24.19-261126-9999")
            await page.locator("h1", has_text="Không thấy mã này").wait_for()
            await hall.shot(page, "return-unknown")
            await page.locator(".found .btn", has_text="Xong").tap()
            await page.wait_for_selector("#kiosk[data-step=choice]")
            # An identity card is not read, and nothing of it is shown.
            await scan(page, "031090001234||Nguyen Van A|01011990|Nam|Hai Phong|01012021")
            await page.locator(".strip.trouble", has_text="thẻ căn cước").wait_for()
            self.assertNotIn("Nguyen", await page.locator("body").inner_text())
            self.assertEqual(len(self.daemon.events("ticket-issued")), 1)
            # Lying, the same fits too.
            wide = await hall.kiosk("may-lay-so-2", kind="kiosk-wide")
            await wide.locator("button.choice", has_text="Nhận kết quả").tap()
            await wide.wait_for_selector("#kiosk[data-step=slip]")
            await hall.shot(wide, "return-wide")
            bottom = await wide.evaluate("document.querySelector('.noslip').getBoundingClientRect().bottom")
            self.assertLess(bottom, 1080)

    async def test_on_the_phone(self):
        async with Hall(self.daemon) as hall:
            page = await hall.open("phone", f"/h/{WAITING}")
            await page.locator(".progress").wait_for()
            await page.locator("h1", has_text="Đang giải quyết").wait_for()
            await hall.shot(page, "phone-dossier")
            body = await page.locator("body").inner_text()
            self.assertNotIn("hôn nhân", body, "no procedure")
            await page.locator("input[name=code]").fill(READY)
            await page.locator("#ask button").tap()
            await page.locator("h1", has_text="Đã có kết quả").wait_for()
            hall.tolerate("status of 404", "status of 429")
            # Guessing is slowed, said in words, and written down.
            for n in range(25):
                await page.locator("input[name=code]").fill(f"H24.19-261126-{8000 + n}")
                await page.locator("#ask button").tap()
                await until_page(page, f"document.querySelector('.code')?.textContent === 'H24.19-261126-{8000 + n}'")
                if await page.locator(".progress", has_text="Mời chờ một phút").count():
                    break
            else:
                self.fail("nobody slowed the guessing")
            self.assertIn("dossier look-up missed", self.daemon.said())
            self.assertNotIn("8001", self.daemon.said(), "what was guessed is not written down")
