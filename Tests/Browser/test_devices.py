"""What a counter's screen shows of its keypad and scanner, and what is pressed there after a scan."""

import pathlib
import tempfile

from Support import centre
from Support.cable import Cable
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, text, until_counter, until_page


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
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    async def test_scan_call_and_refused_key(self):
        with self.daemon.kiosk() as kiosk:
            tickets = [kiosk.issue().body for _ in range(2)]
        async with Hall(self.daemon) as hall:
            page = await hall.counter(1, "cb01")
            supervisor = await hall.supervisor()
            await until_page(supervisor, "document.querySelectorAll('.devices li.ok').length === 2")
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
