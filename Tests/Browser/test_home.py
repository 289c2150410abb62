"""A visit at home from the telephone call to the result: an officer writes it down, the supervisor plans, the officer who goes
there sees the address and takes the paper along; the paper is looked at as a picture."""

import subprocess

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest

ADDRESS = "Số 7, ngách 12/3 đường Chợ Con"


class Home(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        settings = centre.settings()
        settings["devices"] = [{"id": "vp", "kind": "office-printer", "name": "Máy in văn phòng", "address": "cups:khong-co"}]
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def fill(self, page):
        await page.locator("#new form").wait_for()
        await page.locator("#new [name=group]").select_option("khuyet-tat")
        await page.locator("#new [name=name]").fill("Trần Thị Hồng Nhạn")
        await page.locator("#new [name=phone]").fill("0912 345 678")
        await page.locator("#new [name=address]").fill(ADDRESS)
        await page.locator("#new [name=note]").fill("cổng xanh cuối ngách, gọi trước khi đến")
        await page.locator("#new [name=procedure]").press_sequentially("chứng thực bản sao")
        option = page.locator("#procedures option").first
        await option.wait_for(state="attached")
        await page.locator("#new [name=procedure]").fill(await option.get_attribute("value"))
        await page.keyboard.press("Enter")
        await page.locator("#new .told", has_text="Đã ghi lượt 1").wait_for()

    async def test_way(self):
        daemon = self.daemon
        async with Hall(daemon, back_cache=True) as hall:
            hall.tolerate("status of 404")   # a dossier code that is none
            # The officer who takes the call sees that it is written down, and no address any more.
            taker = await hall.supervisor("/supervisor/home.html", "cb01")
            await self.fill(taker)
            await taker.locator("#unplanned .visit .hidden").wait_for()
            self.assertEqual(await taker.get_by_text("Chợ Con").count(), 0)
            await hall.shot(taker, "home-taker")

            boss = await hall.supervisor("/supervisor/home.html")
            visit = boss.locator("#visit-1")
            await visit.get_by_text(ADDRESS).wait_for()
            await visit.locator(".btn.primary").click()
            await visit.locator("[name=officer]").select_option("cb02")
            await hall.shot(boss, "home-planning")
            await boss.keyboard.press("Enter")
            await boss.locator("#today #visit-1").wait_for()

            sent = await hall.supervisor("/supervisor/home.html", "cb02")
            visit = sent.locator("#today #visit-1")
            await visit.get_by_text(ADDRESS).wait_for()
            # The paper is ordered; whether the printer takes it is not this test's.
            await visit.locator(".btn", has_text="In phiếu A5").click()
            await visit.locator(".told", has_text="Phiếu phục vụ tại nhà số 1").wait_for()
            self.paper(daemon)
            await hall.shot(sent, "home-officer")

            with daemon.officer("cb02") as officer:
                code = officer.post("dossiers", {"procedure": "2.000815", "channel": "home"}).body["dossiers"][0]["code"]
            await visit.locator(".btn", has_text="Đã đến nhận").click()
            await visit.locator("[name=code]").fill("H99.99-1")
            await sent.keyboard.press("Enter")
            await visit.locator(".told.wrong", has_text="Không có hồ sơ này").wait_for()
            await visit.locator("[name=code]").fill(code)
            await sent.keyboard.press("Enter")
            await sent.locator("#visit-1", has_text=f"Mã hồ sơ {code}").wait_for()
            await sent.locator("#visit-1 .btn.primary", has_text="Đã trả kết quả").click()
            await sent.locator("#visit-1 form .btn.primary").click()
            # No way to go any more, so no address.
            await sent.locator("#over #visit-1 .hidden").wait_for()
            await boss.reload()
            await boss.locator("#over #visit-1", has_text=ADDRESS).wait_for()
            for width in (1366, 1280):
                await boss.set_viewport_size({"width": width, "height": 768})
                await hall.shot(boss, f"home-over-{width}")
                self.assertFalse(await boss.evaluate("document.documentElement.scrollWidth > innerWidth"))
            # Whoever comes to this screen next and goes back sees none of it.
            await boss.locator(".leave").click()
            await boss.wait_for_url("**/signin/**")
            hall.tolerate("status of 401")
            await boss.go_back(wait_until="commit")
            self.assertEqual(await boss.get_by_text("Chợ Con").count(), 0)
            await boss.wait_for_url("**/signin/**")
        told = [row[1] for row in daemon.events("home-visit-asked", "home-visit-scheduled", "home-visit-visited", "home-visit-returned")]
        self.assertEqual(len(told), 4)

    def paper(self, daemon):
        with daemon.officer("cb02") as officer:
            pdf = officer.get("home-visits/1/slip").data
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
        for words in ("Trần Thị Hồng Nhạn", ADDRESS, "0912 345 678", "Người khuyết tật", "Phiếu phục vụ tại nhà".upper()):
            self.assertIn(words.lower(), text.lower())
