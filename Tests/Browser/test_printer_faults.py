"""What people see when a ticket printer fails: the citizen at the real kiosk page, the officer at a counter, the
supervisor, and what the journal says. Each fault is a row of docs/fault-matrix.md."""

import asyncio
import os
import re
import time

from Support import centre, faults
from Support.daemon import Daemon
from Support.paper import PaperPrinter, codes
from Support.screens import Hall, ScreenTest, act, until_counter
from Support.waiting import until

DEVICE = "Máy in phiếu"
WORDS_WITHOUT = re.compile(r"\b\d{1,2}:\d{2}\b")
# Two seconds are the promise; a busy test machine gets more before a test is red. What it took is printed.
PATIENCE = 6


class PrinterFaults(ScreenTest):
    def setUp(self):
        self.paper = PaperPrinter()
        self.addCleanup(self.paper.close)

    def centre(self, *printers):
        settings = centre.settings()
        settings["printers"] = [
            {"id": f"p{n}", "name": f"Máy in {n}", "profile": "generic-80", **printer}
            for n, printer in enumerate(printers, 1)]
        return Daemon(settings)

    def state(self, chief, printer="p1"):
        return next(each for each in chief.get("supervisor").body["devices"] if each["id"] == f"printer {printer}")

    def job(self, daemon, number):
        rows = daemon.rows("SELECT * FROM printJob WHERE number = ? ORDER BY id DESC LIMIT 1", number)
        return rows[0] if rows else {"state": ""}

    def journal(self, daemon, number):
        job = self.job(daemon, number)
        kinds = [kind for _, kind, _, payload in daemon.events()
                 if kind.startswith("print-") and payload.get("visit") == job["visit"]]
        return ", ".join(kinds) or "–"

    async def take(self, kiosk):
        """Takes a number as a citizen does; returns it."""
        await kiosk.locator("button.choice", has_text="Hộ tịch").tap()
        await kiosk.locator(".answers button").first.tap()
        await kiosk.locator(".slip .num").wait_for()
        return (await kiosk.locator(".slip .num").inner_text()).strip()

    async def paper_words(self, kiosk, wanted):
        """What the kiosk says about the paper, once it says what is wanted; times taken out."""
        await kiosk.locator("#kiosk", has_text=wanted).wait_for()
        notice = kiosk.locator(".notice .body")
        said = await notice.inner_text() if await notice.count() else await kiosk.locator(".done .take").inner_text()
        return WORDS_WITHOUT.sub("…", " ".join(said.split()))

    async def officer_goes_on(self, page):
        """The counter says nothing of a printer, which is not its business, and is not stopped by it."""
        self.assertNotIn("máy in", (await page.locator("body").inner_text()).lower())
        self.assertFalse(await page.locator("#last.refused").count())

    def in_time(self, seconds):
        """(where, seconds) of everything that was measured."""
        for where, took in seconds:
            self.assertLess(took, PATIENCE, where)
        print(f"\n  a fault shows after {max(took for _, took in seconds):.1f} s at most", flush=True)

    async def done(self, kiosk):
        await kiosk.locator(".done button").tap()
        await kiosk.wait_for_selector("#kiosk[data-step=choice]")

    async def supervisor_words(self, page, wanted):
        row = page.locator("#devices li", has_text="Máy in 1")
        await row.locator("small", has_text=wanted).wait_for()
        return " ".join((await row.locator("small").inner_text()).split())

    async def test_faults_before_a_ticket(self):
        """Paper out, cover, cutter, paused, power: what is waiting comes out when it is mended, once."""
        plays = [
            ("near-end", "Sắp hết giấy · paper near its end", "Sắp hết giấy", "lấy phiếu"),
            ("paper-out", "Hết giấy · paper out", "hết giấy", "Máy hết giấy"),
            ("cover-open", "Mở nắp · cover open", "đang mở nắp", "chưa in được"),
            ("cutter", "Kẹt dao cắt · cutter jammed", "kẹt dao cắt", "chưa in được"),
            ("offline", "Tạm dừng (giữ nút đẩy giấy) · paused", "đang tạm dừng", "chưa in được"),
            ("power-cut", "Mất điện hoặc rút dây mạng · no power, no network", "không kết nối được", "chưa in được"),
        ]
        expected, took = [], []
        with self.centre({"address": self.paper.address}) as daemon:
            async with Hall(daemon) as hall:
                kiosk = await hall.kiosk()
                office = await hall.supervisor()
                counter = await hall.counter(1, "cb01")
                await self.supervisor_words(office, "Sẵn sàng")
                for fault, name, supervisor, citizen in plays:
                    with self.subTest(fault):
                        began = time.monotonic()
                        self.paper.fault(fault)
                        seen = await self.supervisor_words(office, supervisor)
                        took.append((f"supervisor, {fault}", time.monotonic() - began))
                        number = await self.take(kiosk)
                        began = time.monotonic()
                        told = await self.paper_words(kiosk, citizen)
                        took.append((f"kiosk, {fault}", time.monotonic() - began))
                        await self.officer_goes_on(counter)
                        if fault in ("paper-out", "cutter"):
                            await hall.shot(kiosk, f"kiosk-printer-{fault}")
                            await hall.shot(office, f"supervisor-printer-{fault}")
                        held = self.job(daemon, number)["state"]
                        self.paper.fault(fault, False)
                        until(lambda: self.job(daemon, number)["state"] == "printed", 20, f"{number} is printed")
                        if fault != "near-end":
                            self.assertEqual(held, "queued")
                        await self.supervisor_words(office, "Sẵn sàng")
                        await self.done(kiosk)
                        expected.append(number)
                        faults.record(
                            DEVICE, name, citizen=told, supervisor=seen,
                            journal=self.journal(daemon, number) + (" (sau khi khắc phục)" if fault != "near-end" else ""))
        self.assertEqual(len(codes(self.paper.papers())), len(expected), "each once")
        self.in_time(took)

    async def happened(self, fault):
        await asyncio.to_thread(until, lambda: fault in self.paper.printer.faults, 30, f"{fault} happens", 0.01)
        return time.monotonic()

    async def test_faults_in_mid_ticket(self):
        took = []
        for fault, name in (("paper-out", "Hết giấy giữa phiếu · paper ends in mid-ticket"),
                            ("power-cut", "Mất điện giữa phiếu · power goes in mid-ticket")):
            with self.subTest(fault), self.centre({"address": self.paper.address}) as daemon:
                async with Hall(daemon) as hall:
                    kiosk = await hall.kiosk()
                    office = await hall.supervisor()
                    await self.supervisor_words(office, "Sẵn sàng")
                    self.paper.printer.set_fault(fault, True, after_rows=300)
                    happened = asyncio.create_task(self.happened(fault))
                    number = await self.take(kiosk)
                    began = await happened
                    told = await self.paper_words(kiosk, "số vẫn có giá trị")
                    took.append((f"kiosk, {fault}", time.monotonic() - began))
                    row = office.locator("#people li", has_text=number)
                    await row.wait_for()
                    took.append((f"supervisor, {fault}", time.monotonic() - began))
                    self.assertEqual(self.job(daemon, number)["state"], "needsPerson")
                    seen = WORDS_WITHOUT.sub("…", " ".join((await row.locator("small").inner_text()).split()))
                    button = (await row.locator("button").inner_text()).strip()
                    self.paper.fault(fault, False)
                    await self.supervisor_words(office, "Sẵn sàng")
                    faults.record(DEVICE, name, citizen=told, supervisor=f"{seen} [{button}]",
                                  journal=self.journal(daemon, number))
                    # Nothing comes out again before somebody asks.
                    self.assertEqual(self.job(daemon, number)["state"], "needsPerson")
                    await row.locator("button").click()
                    until(lambda: self.job(daemon, number)["state"] == "printed", 20, "printed again on request")
                    await row.wait_for(state="detached")
        self.in_time(took)

    async def test_expired(self):
        with self.centre({"address": self.paper.address}) as daemon:
            self.paper.fault("paper-out")
            async with Hall(daemon) as hall:
                kiosk = await hall.kiosk()
                office = await hall.supervisor()
                await self.supervisor_words(office, "hết giấy")
                counter = await hall.counter(1, "cb01")
                number = await self.take(kiosk)
                await act(counter, "F2")
                await until_counter(counter, "called", number)
                await self.officer_goes_on(counter)
                row = office.locator("#people li", has_text=number)
                await row.wait_for()
                seen = WORDS_WITHOUT.sub("…", " ".join((await row.locator("small").inner_text()).split()))
                button = (await row.locator("button").inner_text()).strip()
                told = await self.paper_words(kiosk, "số vẫn có giá trị")
                faults.record(DEVICE, "Hết giấy đến khi số đã được gọi · out of paper until called", citizen=told,
                              officer="Gọi số vẫn được", supervisor=f"{seen} [{button}]", journal=self.journal(daemon, number))

    async def test_stand_in(self):
        other = PaperPrinter()
        self.addCleanup(other.close)
        with self.centre({"address": self.paper.address, "terminals": ["may-lay-so-1"], "standIn": "p2"},
                         {"address": other.address, "terminals": ["may-lay-so-2"]}) as daemon:
            async with Hall(daemon) as hall:
                kiosk = await hall.kiosk()
                office = await hall.supervisor()
                await self.supervisor_words(office, "Sẵn sàng")
                self.paper.fault("paper-out")
                seen = await self.supervisor_words(office, "hết giấy")
                number = await self.take(kiosk)
                told = await self.paper_words(kiosk, "Phiếu in ở Máy in 2")
                await hall.shot(kiosk, "kiosk-printer-stand-in")
                until(lambda: self.job(daemon, number)["state"] == "printed", 20, "the stand-in has printed")
                self.assertEqual((len(other.papers()), len(self.paper.papers())), (1, 0))
                faults.record(DEVICE, "Hết giấy, có máy in thay · paper out, with a stand-in", citizen=told,
                              supervisor=seen, journal=self.journal(daemon, number))

    async def test_serial_line_without_an_answer(self):
        master, slave = os.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        with self.centre({"address": f"serial:{os.ttyname(slave)}?baud=9600"}) as daemon:
            async with Hall(daemon) as hall:
                kiosk = await hall.kiosk()
                office = await hall.supervisor()
                seen = await self.supervisor_words(office, "baud")
                number = await self.take(kiosk)
                told = await self.paper_words(kiosk, "số vẫn có giá trị")
                faults.record(DEVICE, "Dây nối tiếp sai tốc độ hoặc không trả lời · serial speed wrong or no answer",
                              citizen=told, supervisor=seen, journal=self.journal(daemon, number))

    async def test_device_file_gone(self):
        with self.centre({"address": "usb:/dev/usb/lp-khong-co"}) as daemon:
            async with Hall(daemon) as hall:
                kiosk = await hall.kiosk()
                office = await hall.supervisor()
                seen = await self.supervisor_words(office, "không còn thấy")
                number = await self.take(kiosk)
                told = await self.paper_words(kiosk, "số vẫn có giá trị")
                faults.record(DEVICE, "Rút dây USB · USB cable out", citizen=told, supervisor=seen,
                              journal=self.journal(daemon, number))
