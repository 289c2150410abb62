"""The closing sheet by itself: printed once when a day is closed, on a real print server; told where it cannot be."""

import contextlib
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from Office.office import PrintServer
from Support import centre
from Support.daemon import Daemon
from Support.waiting import until


class ClosingSheet(unittest.TestCase):
    def setUp(self):
        self.office = PrintServer()
        self.addCleanup(self.office.close)
        self.office.start()

    @contextlib.contextmanager
    def daemon(self, closing="vp", active=True):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-closing-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        settings = centre.settings()
        settings["devices"] = [{"id": "vp", "kind": "office-printer", "name": "Máy in văn phòng",
                                "address": self.office.address, "active": active}]
        settings["closingPrinter"] = closing
        daemon = Daemon(settings, folder=folder)
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.stop()

    def close_day(self, boss, reason="hết giờ"):
        answer = boss.post("day/close", {"reason": reason})
        self.assertTrue(answer.ok, answer)

    def sheets(self, daemon):
        return [event for event in daemon.events("office-job-asked") if event[3]["document"] == "closing"]

    def text(self, file):
        return subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout

    def test_each_closing_has_one_sheet_whatever_happens_in_between(self):
        with self.daemon() as daemon:
            with daemon.supervisor() as boss:
                boss.issue()
                self.assertEqual(self.sheets(daemon), [])
                self.close_day(boss)
                until(lambda: len(self.office.printed()) == 1, 30, "the sheet lies in the tray")
                asked = self.sheets(daemon)
                self.assertEqual([(each[2], each[3]["printer"], each[3]["copies"]) for each in asked], [("motcua", "vp", 1)])
                # It is what the command prints for that day: an anchor that left the house.
                line = daemon.run("journal", "head").stdout.strip()
                until(lambda: daemon.events("office-job-ended"), 20, "its end is written down")
                day = boss.get("board").body["day"]
                printed = self.text(self.office.printed()[0])
                self.assertIn("PHIẾU CHỐT NHẬT KÝ", printed)
                self.assertIn("/".join(reversed(day.split("-"))), printed)
                self.assertTrue(line.startswith(f"NEO {day} "), line)
            # Neither a restart nor a kill brings a second one.
            daemon.stop()
            daemon.start()
            daemon.kill()
            daemon.start()
            with daemon.supervisor() as boss:
                until(lambda: boss.get("office/jobs").body["printers"][0]["state"] == "ok", 20, "the printer is ready")
                # Opened again and closed again there is another head, and another sheet.
                self.assertTrue(boss.post("day/reopen", {}).ok)
                boss.issue()
                self.close_day(boss)
                until(lambda: len(self.office.printed()) == 2, 30, "the second closing has its sheet")
                self.assertEqual(len(self.sheets(daemon)), 2)
                self.assertNotEqual(self.text(self.office.printed()[0]), self.text(self.office.printed()[1]))
            daemon.stop()
            daemon.verify()

    def test_a_killed_daemon_prints_it_when_it_is_back(self):
        self.office.stop_server()
        with self.daemon() as daemon:
            with daemon.supervisor() as boss:
                boss.issue()
                self.close_day(boss)
                until(lambda: len(self.sheets(daemon)) == 1, 20, "it is ordered though nobody takes it")
                until(lambda: "office vp" in boss.alarms(), 20, "the print server is missed")
            daemon.kill()
            self.office.start_server()
            daemon.start()
            until(lambda: len(self.office.printed()) == 1, 40, "it waited")
            self.assertEqual(len(self.sheets(daemon)), 1)

    def test_without_its_printer_it_is_said_and_printed_once_there_is_one(self):
        with self.daemon(active=False) as daemon, daemon.supervisor() as boss:
            boss.issue()
            self.close_day(boss)
            words = until(lambda: boss.alarm_words().get("closing-sheet"), 20, lambda: f"an alarm: {boss.alarm_words()}")
            self.assertIn("vp", words)
            self.assertIn("in tay", words)
            settings = boss.get("settings").body
            settings["settings"]["devices"][0]["active"] = True
            self.assertTrue(boss.put("settings", settings).ok)
            until(lambda: len(self.office.printed()) == 1, 40, "it is printed then")
            until(lambda: "closing-sheet" not in boss.alarm_words(), 10, "the alarm goes")

    def test_not_asked_for_it_is_a_persons(self):
        with self.daemon(closing="") as daemon, daemon.supervisor() as boss:
            boss.issue()
            self.close_day(boss)
            # Named only afterwards: yesterday's sheet is not wanted.
            settings = boss.get("settings").body
            settings["settings"]["closingPrinter"] = "vp"
            self.assertTrue(boss.put("settings", settings).ok)
            day = boss.get("board").body["day"]
            self.assertEqual(boss.post("office/print", {"document": "closing", "day": day}).status, 201)
            until(lambda: len(self.office.printed()) == 1, 30, "the one a person asked for")
            self.assertEqual([each[2] for each in self.sheets(daemon)], ["cb07"])
            settings = boss.get("settings").body
            settings["settings"]["closingPrinter"] = "hai"
            refused = boss.put("settings", settings)
            self.assertEqual(refused.status, 422)
            self.assertIn("không có máy in văn phòng nào mang mã «hai»", refused.data.decode())
