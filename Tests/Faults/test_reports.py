"""A report while the disk is full: nothing half-kept, a person is told, and it is made once there is room."""

import hashlib
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.disk import remount, small_disk
from Support.waiting import until


class FullDisk(unittest.TestCase):
    def test_a_report_waits_for_room(self):
        with Daemon(centre.settings()) as daemon, daemon.supervisor() as boss:
            for _ in range(3):
                boss.issue()
            folder = daemon.data / "reports"
            folder.mkdir()
            # The reports alone: what becomes of the queue on a full disk is tested elsewhere. A page fits, a report doesn't.
            small_disk(self, folder, "48k")
            files = lambda: [file for file in folder.rglob("*") if file.is_file()]
            self.assertTrue(boss.post("day/close", {"reason": "hết giờ"}).ok)
            words = until(lambda: boss.alarm_words().get("report"), 30, lambda: f"an alarm: {boss.alarm_words()}")
            day = boss.get("board").body["day"]
            self.assertIn("/".join(reversed(day.split("-"))), words)
            # By hand it is refused with the word, and neither leaves anything behind.
            refused = boss.post("reports", {"period": day})
            self.assertEqual((refused.status, refused.problem), (507, "storage-full"), refused)
            self.assertEqual(daemon.events("report-made"), [])
            self.assertEqual(boss.get("reports").body["reports"], [])
            until(lambda: not files(), 10, lambda: f"nothing half-kept: {files()}")
            # It has said so once, not every few seconds.
            self.assertEqual(daemon.said().count("reports"), 1, daemon.said())
            remount(folder, "size=16m")
            made = until(lambda: daemon.events("report-made"), 30, "it is made by itself once there is room")
            until(lambda: "report" not in boss.alarm_words(), 10, "the alarm goes")
            self.assertEqual((made[0][3]["period"], made[0][3]["version"]), (day, 1))
            for file in made[0][3]["files"]:
                kept = folder / day / "v1" / file["name"]
                self.assertEqual(hashlib.sha256(kept.read_bytes()).hexdigest(), file["sha256"])
            self.assertEqual(len(files()), 4, files())
            daemon.verify()
