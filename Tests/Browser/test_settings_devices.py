"""Printers and devices on the settings page: added, changed and removed, and the daemon follows without a restart."""

from Support import centre
from Support.daemon import Daemon
from Support.screens import Hall, ScreenTest, until_page
from Support.waiting import until


class SettingsDevices(ScreenTest):
    async def test_a_printer_and_a_keypad(self):
        with Daemon(centre.settings()) as daemon:
            paper = daemon.folder / "paper"
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/settings.html")
                await page.locator("#printers .btn").last.click()
                printer = page.locator("#printers details").first
                await printer.locator("input").first.fill("Máy in sảnh")
                self.assertIn("Bixolon SRP-S300", await printer.locator("select").first.inner_text())
                # An address that cannot be one is told beside its field, and nothing is lost.
                hall.tolerate("status of 422")
                await printer.locator("input").nth(1).fill("192.168.1.50")
                await page.keyboard.press("Control+s")
                await printer.locator(".bad", has_text="không phải địa chỉ máy in").wait_for()
                await printer.locator("input").nth(1).fill(f"file:{paper}")
                await page.locator("#devices .btn").last.click()
                device = page.locator("#devices details").first
                await device.locator("input").first.fill("Bàn phím quầy 3")
                await device.locator("input").nth(1).fill("/dev/motcua/phim-3")
                await device.locator("input").nth(2).fill("3")
                await page.set_viewport_size({"width": 1366, "height": 768})
                await page.locator("#printers").scroll_into_view_if_needed()
                await hall.shot(page, "settings-devices")
                await page.keyboard.press("Control+s")
                await page.locator(".savebar.done").wait_for()
            with daemon.supervisor() as client:
                saved = client.get("settings").body["settings"]
                self.assertEqual([each["name"] for each in saved["printers"]], ["Máy in sảnh"])
                self.assertEqual(saved["devices"][0]["counters"], [3])
                devices = lambda: {each["name"]: each for each in client.get("devices").body}
                until(lambda: devices().get("Máy in sảnh", {}).get("state") == "ok", why="the new printer is ready")
                until(lambda: "Bàn phím quầy 3" in devices(), why="the new keypad is looked for")
                self.assertEqual(devices()["Bàn phím quầy 3"]["state"], "fault", "nobody has plugged it in")
                # It prints: a ticket of a máy lấy số comes out of the printer that was not there at start.
                with daemon.kiosk() as kiosk:
                    number = kiosk.issue().body["number"]
                until(lambda: any(paper.glob(f"*{number}*")), why=f"{number} in {list(paper.glob('*'))}")
            async with Hall(daemon) as hall:
                page = await hall.supervisor("/supervisor/settings.html")
                for panel in ("printers", "devices"):
                    await page.locator(f"#{panel} summary").click()
                    await page.locator(f"#{panel} details .btn.quiet").click()
                    await until_page(page, f"document.querySelectorAll('#{panel} details').length === 0")
                await page.keyboard.press("Control+s")
                await page.locator(".savebar.done").wait_for()
            with daemon.supervisor() as client:
                until(lambda: not client.get("devices").body, why="both are forgotten")
                self.assertEqual([each for each in client.alarms() if each.startswith(("printer", "checklist"))], [])
            daemon.verify()
