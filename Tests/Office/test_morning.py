"""An officer's morning in Chromium with a real print server behind it: ticket, dossier, slip on A5, supplement, result,
letter. What the printer got is read and looked at."""

import re
import subprocess

from Office.office import PrintServer
from Office.papers import assert_is_a5, ink, size, words
from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, key, open_card, receive_slip, serve_next
from Support.waiting import until

CODE = "H24.19-261126-0894"
NAMES = "Đặng Quốc Khuynh và Trần Thị Nhường"


class Morning(ScreenTest):
    def setUp(self):
        self.office = PrintServer("a5.conf")
        self.addCleanup(self.office.close)
        self.office.start()
        settings = centre.settings()
        settings["board"].update({"minSecondsPerCall": 1, "voice": "off"})
        settings["devices"] = [
            {"id": "vp", "kind": "office-printer", "name": "Máy in văn phòng", "address": self.office.address}]
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    def paper(self, count):
        """The latest of so many papers in the tray, with what the printer was told of its size."""
        until(lambda: len(self.office.printed()) >= count, 30, lambda: f"paper {count} of {self.office.printed()}")
        self.assertEqual(len(self.office.printed()), count, "one paper too many")
        pdf = self.office.printed()[-1]
        return pdf, pdf.with_suffix(".ipp").read_text(encoding="utf-8")

    async def test_from_the_ticket_to_the_letter(self):
        self.daemon.kiosk().issue("ho-tich")
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            await serve_next(page, "A001")
            row = await receive_slip(page, CODE, "giay ket hon", "Đăng ký kết hôn")
            due = re.search(r"\d\d/\d\d/\d{4}", await row.inner_text())[0]

            # The slip: on A5, with the code, the day and its look-up code.
            card = await open_card(page, row)
            await card.locator("[data-focus=a5]").click()
            await card.locator(".hint", has_text="Đang in A5 ở Máy in văn phòng").wait_for()
            slip, told = self.paper(1)
            assert_is_a5(self, slip, told)
            text = words(slip)
            for wanted in ("GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", CODE, due, "Đăng ký kết hôn"):
                self.assertIn(wanted, text)
            self.assertGreater(ink(slip), 0.01, "the page is drawn")

            # A supplement is asked for, its slip printed, and it comes in.
            await card.locator(".btn", has_text="Yêu cầu bổ sung").click()
            await card.get_by_text("Bổ sung vì sao").wait_for()
            await key(page, "1")
            await card.locator(".tag", has_text="chờ bổ sung").wait_for()
            await card.locator("[data-focus=a5]").click()
            asked, told = self.paper(2)
            assert_is_a5(self, asked, told)
            self.assertIn("PHIẾU YÊU CẦU BỔ SUNG", words(asked))
            await card.locator(".btn", has_text="Đã bổ sung đủ").click()
            await card.locator(".tag", has_text="đang giải quyết").wait_for()

            # The result is handed over; the letter is offered by itself and printed by one key, with a name if typed.
            self.assertEqual(await card.locator("[data-focus=marriage]").count(), 0, "not before the result")
            await card.locator(".btn", has_text="Đã có kết quả").click()
            await card.locator(".tag", has_text="đã có kết quả").wait_for()
            await card.locator(".btn", has_text="Trả kết quả").click()
            await card.locator("[data-focus=marriage]").wait_for()
            await hall.shot(page, "case-letter")
            await key(page, "0")
            await card.locator(".hint", has_text="Thư chúc mừng kết hôn 01/").wait_for()
            blank, _ = self.paper(3)
            self.assertIn("Thân gửi: ......", words(blank))
            await card.locator("input[name=addressee]").fill(NAMES)
            await key(page, "Enter")
            letter, told = self.paper(4)
            text = words(letter)
            for wanted in ("Số: 01/TCM-UBND", f"Thân gửi: {NAMES}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "THƯ CHÚC MỪNG"):
                self.assertIn(wanted, text)
            self.assertAlmostEqual(size(letter)[0], 595.3, delta=1)
            fonts = subprocess.run(["pdffonts", letter], capture_output=True, text=True, check=True).stdout
            self.assertRegex(fonts, "LiberationSerif|TimesNewRoman")
            self.assertNotRegex(fonts, r"(?m)\bno\s+(yes|no)\s+(yes|no)\s+\d", "every font is in the file")

            # The register has one letter and nobody's name.
            boss = self.daemon.supervisor()
            self.addCleanup(boss.close)
            register = boss.get("letters").body
            self.assertEqual([(each["number"], each["kind"], each["code"]) for each in register["letters"]],
                             [(1, "marriage", CODE)])
            told = str(self.daemon.rows("SELECT payload FROM journal")) + str(
                self.daemon.rows("SELECT request, title FROM officeJob"))
            self.assertNotIn("Khuynh", told)
            # Each paper was asked for by the officer at the counter.
            asked = self.daemon.events("office-job-asked")
            self.assertEqual([event[2] for event in asked], ["cb01"] * 4)
        self.daemon.verify()

    async def test_a_supervisors_letters(self):
        """Thanks are written on the register's page; what is printed again keeps its number."""
        async with Hall(self.daemon) as hall:
            page = await hall.supervisor("/supervisor/letters.html")
            await page.locator(".letters form").wait_for()
            await page.locator("[name=name]").fill("Hội Cựu chiến binh phường")
            await page.locator("[name=deed]").fill("hiến 20 m² đất mở rộng ngõ 12 đường Hồ Sen")
            await page.locator(".write .btn.primary").click()
            await page.locator(".letters tbody tr").first.wait_for()
            text = words(self.paper(1)[0])
            for wanted in ("THƯ CẢM ƠN", "Số: 01/TCO-UBND", "Hội Cựu chiến binh phường", "hiến 20 m² đất"):
                self.assertIn(wanted, text)
            await hall.shot(page, "supervisor-letters")
            await page.locator("[data-focus=again-1]").click()
            await page.locator("[name=name]").fill("Hội Người cao tuổi phường")
            await page.locator(".write .btn.primary").click()
            text = words(self.paper(2)[0])
            self.assertIn("Số: 01/TCO-UBND", text)
            self.assertIn("Hội Người cao tuổi phường", text)
            self.assertEqual(await page.locator(".letters tbody tr").count(), 1)
        self.daemon.verify()
