"""What a counter's screen shows of its keypad and scanner, and what is pressed there after a scan."""

import pathlib
import tempfile

from Support import centre
from Support.cable import Cable
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, act, text, until_counter, until_page


class Devices(ScreenTest):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        folder = tempfile.TemporaryDirectory(prefix="motcua-cables-")
        self.addCleanup(folder.cleanup)
        settings = centre.settings()
        settings["board"]["voice"] = "off"
        settings["devices"], self.cables = [], {}
        for id, kind, profile in (("phim-1", "keypad", "serial-ascii"), ("quet-1", "scanner", "usb-com")):
            cable = self.cables[id] = Cable(pathlib.Path(folder.name) / id)
            self.addCleanup(cable.close)
            settings["devices"].append({"id": id, "kind": kind, "name": id, "profile": profile,
                                        "address": str(cable.path), "counter": 1})
        cable = self.cables["quet-may"] = Cable(pathlib.Path(folder.name) / "quet-may")
        self.addCleanup(cable.close)
        settings["devices"].append({"id": "quet-may", "kind": "scanner", "name": "quet-may", "profile": "usb-com",
                                    "address": str(cable.path), "terminal": "may-lay-so-1"})
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def test_scan_call_and_refused_key(self):
        with self.daemon.kiosk() as kiosk:
            tickets = [kiosk.issue().body for _ in range(2)]
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            supervisor = await hall.supervisor()
            await until_page(supervisor, "document.querySelectorAll('.devices li.ok').length === 3")
            self.cables["quet-1"].send(tickets[1]["track"] + "\r")
            await page.wait_for_selector(".last.scanned")
            self.assertIn("A002", await text(page, "#last p"))
            await hall.shot(page, "counter-scanned")
            await page.click("#last .btn:not(.quiet)")
            await until_counter(page, "called", "A002")
            self.cables["phim-1"].send("9\r")
            await page.wait_for_selector(".last.refused")
            self.assertIn("Bàn phím", await text(page, "#last p"))
            await hall.shot(page, "counter-keypad-refused")
            self.cables["phim-1"].send("\r")
            await until_counter(page, "called", "A001")
            await until_page(page, "!document.querySelector('.last.refused')")
            self.cables["phim-1"].unplug()
            await until_page(supervisor, "document.querySelectorAll('.devices li.fault').length === 1")
            await hall.shot(supervisor, "supervisor-device-lost")

    async def test_slips_at_the_counter_and_at_the_machine(self):
        """The scanner of a counter takes a slip in; that of the máy lấy số tells its citizen how it stands, on that machine alone."""
        with self.daemon.kiosk() as kiosk:
            kiosk.post("tickets", {"procedure": "1.004873"})
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            machine = await hall.kiosk("may-lay-so-1")
            other = await hall.kiosk("may-lay-so-2")
            # Until its line is up a machine hears of no scan.
            await machine.locator("button.choice").first.wait_for()
            await until_counter(page, "idle")
            await act(page, "F2")
            await page.locator(".procs .btn").first.wait_for()
            self.cables["quet-1"].send("https://tra-cuu.example.vn/?maHoSo=H24.19-261126-0001\r")
            await page.locator(".cases li", has_text="H24.19-261126-0001").wait_for()
            self.assertEqual([p["code"] for _, _, _, p in self.daemon.events("dossier-received")], ["H24.19-261126-0001"])
            self.cables["quet-may"].send("H24.19-261126-0001\r")
            await machine.locator("h1", has_text="Chưa đến ngày hẹn trả").wait_for()
            # Read while the answer still stands there: said on that very step, and nothing is kept.
            self.cables["quet-may"].send("031090001234||Nguyen Van A|01011990|Nam|Hai Phong|01012021\r")
            await machine.locator("h1", has_text="Đây là thẻ căn cước").wait_for()
            await machine.locator(".found .btn", has_text="Xong").tap()
            await machine.wait_for_selector("#kiosk[data-step=choice]")
            self.cables["quet-may"].send("031090001234||Nguyen Van A|01011990|Nam|Hai Phong|01012021\r")
            await machine.locator(".strip.trouble", has_text="thẻ căn cước").wait_for()
            self.assertEqual(await other.locator("#kiosk").get_attribute("data-step"), "choice", "nobody else's machine")
            self.assertNotIn("Nguyen", self.daemon.said())
