"""Telephone numbers for messages on the screens: given at the counter with consent, given on the page of a ticket, the
supervisor's list with what failed, and the settings that switch it on. What sends them: Tests/Messages."""

import pathlib
import tempfile

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, open_card, receive_slip, serve_next, text
from Support.waiting import until

CODE = "H24.19-261126-0001"


class Messages(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        spool = tempfile.TemporaryDirectory(prefix="motcua-spool-")
        self.addCleanup(spool.cleanup)
        self.spool = pathlib.Path(spool.name)
        for name in ("outbox", "sent", "error"):
            (self.spool / name).mkdir()
        settings = centre.settings()
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        settings["messages"] = {"enabled": True, "folder": spool.name, "nearAhead": 2}
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def test_at_the_counter_and_seen_by_the_supervisor(self):
        self.daemon.kiosk().issue("ho-tich")
        async with Hall(self.daemon) as hall:
            # A wrong number is refused by the daemon, and the browser writes that down.
            hall.tolerate("status of 422")
            page = await hall.counter(1, "cb01")
            await serve_next(page, "A001")
            row = await receive_slip(page, CODE, "giay doc than", "tình trạng hôn nhân")
            card = await open_card(page, row)
            contact = card.locator(".contact form")
            await contact.wait_for()
            said = page.locator(".casework.card > .hint")
            await contact.locator("input[name=phone]").fill("0912 345 67")
            await contact.locator("button").click()
            await said.get_by_text("đánh dấu đồng ý").wait_for()
            self.assertEqual(self.daemon.rows("SELECT * FROM contact"), [])
            await contact.locator("input[name=consent]").check()
            await contact.locator("button").click()
            await said.get_by_text("10 chữ số").wait_for()
            await hall.shot(page, "messages-counter")
            await contact.locator("input[name=phone]").fill("0912 345 678")
            await contact.locator("button").click()
            await page.locator(".contact", has_text="•••••••678").wait_for()
            await hall.shot(page, "messages-counter-kept")
            [row] = self.daemon.rows("SELECT purpose, phone, actor FROM contact")
            self.assertEqual(row, {"purpose": "dossier", "phone": "0912345678", "actor": "cb01"})
            self.assertNotIn("0912", await text(page, "body"))
            # The result is there: the message waits for its modem. The file is taken for an error, as gammu-smsd does it.
            await card.locator(".procs .btn", has_text="Đã có kết quả").first.click()
            [file] = until(lambda: list((self.spool / "outbox").glob("OUT*")), 60)
            file.rename(self.spool / "error" / file.name)
            boss = await hall.supervisor("/supervisor/messages.html")
            line = boss.locator("tr", has_text=CODE)
            await line.get_by_text("Không gửi được").wait_for(timeout=30_000)
            self.assertIn("•••••••678", await line.inner_text())
            await hall.shot(boss, "messages-failed")
            await line.get_by_role("button", name="Gửi lại").click()
            [file] = until(lambda: list((self.spool / "outbox").glob("OUT*x2.txt")), 30)
            file.rename(self.spool / "sent" / file.name)
            await line.get_by_text("Đã gửi").wait_for(timeout=30_000)
            self.assertEqual(self.daemon.rows("SELECT * FROM contact"), [])

    async def test_on_the_page_of_a_ticket(self):
        with self.daemon.kiosk() as kiosk:
            code = [kiosk.issue("ho-tich").body["code"] for _ in range(5)][-1]
        async with Hall(self.daemon) as hall:
            page = await hall.open("phone", f"/t/{code}", "phone")
            form = page.locator("form.sms")
            await form.wait_for()
            await form.locator("input[name=phone]").fill("0912345678")
            await form.get_by_role("button").click()
            await page.get_by_text("Mời đánh dấu đồng ý").wait_for()
            await page.locator("form.sms input[name=consent]").check()
            await hall.shot(page, "messages-phone")
            await page.locator("form.sms").get_by_role("button").click()
            await page.locator(".sms", has_text="•••••••678").wait_for()
            await hall.shot(page, "messages-phone-on")
            self.assertEqual(self.daemon.rows("SELECT purpose FROM contact"), [{"purpose": "ticket"}])
            await page.locator(".sms").get_by_role("button").click()
            form = page.locator("form.sms")
            await form.wait_for()
            self.assertEqual(self.daemon.rows("SELECT * FROM contact"), [])
            # The turn is near: one message goes, and whoever has the paper or this page gives no other number after it.
            await form.locator("input[name=phone]").fill("0912345678")
            await form.locator("input[name=consent]").check()
            await form.get_by_role("button").click()
            await page.locator(".sms", has_text="•••••••678").wait_for()
            other = await hall.open("phone", f"/t/{code}", "phone")
            await other.locator(".sms", has_text="•••••••678").get_by_role("button").click()
            await other.locator("form.sms").wait_for()
            with self.daemon.kiosk() as kiosk:
                kiosk.put(f"track/{code}/contact", {"phone": "0912345678", "consent": True})
            with self.daemon.officer() as officer:
                officer.post("counters/1/open")
                for _ in range(3):
                    officer.post("counters/1/call-next")
            until(lambda: list((self.spool / "outbox").glob("OUT*")), 30)
            hall.tolerate("status of 409")
            await other.locator("form.sms input[name=phone]").fill("0987654321")
            await other.locator("form.sms input[name=consent]").check()
            await other.locator("form.sms").get_by_role("button").click()
            await other.get_by_text("Đã nhắn một tin cho số này").wait_for()
            await hall.shot(other, "messages-phone-told")

    async def test_switched_off_on_the_settings_page(self):
        async with Hall(self.daemon) as hall:
            hall.tolerate("status of 422")
            page = await hall.supervisor("/supervisor/settings.html")
            box = page.locator("#messages")
            await box.wait_for()
            await box.locator("[data-path='messages.to']").fill("06:00")
            await page.locator(".savebar .primary").click()
            await box.get_by_text("giờ kết thúc phải sau giờ bắt đầu").wait_for()
            await hall.shot(page, "messages-settings")
            await box.locator("[data-path='messages.to']").fill("19:30")
            await box.locator("[data-path='messages.enabled']").uncheck()
            await page.locator(".savebar .primary").click()
            until(lambda: self.settings()["to"] == "19:30" and not self.settings()["enabled"], 10)
            with self.daemon.kiosk() as kiosk:
                code = kiosk.issue("ho-tich").body["code"]
            phone = await hall.open("phone", f"/t/{code}", "phone")
            await phone.locator(".mine").wait_for()
            self.assertEqual(await phone.locator(".sms").count(), 0)

    def settings(self):
        with self.daemon.supervisor() as client:
            return client.get("settings").body["settings"]["messages"]
