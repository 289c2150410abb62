"""The folder of messages on a disk that is full or read-only, or without the right to write: nothing lost, nothing twice, no
half a message, one alarm that says how to mend it."""

import os
import subprocess
import unittest

from Messages.case import MessagesCase
from Support import faults
from Support.client import new_key
from Support.disk import AS_NOBODY, fill, remount
from Support.waiting import until


class SpoolTest(MessagesCase):
    def small_disk(self):
        if not self.modem.on_a_disk_of_its_own("64k"):
            self.skipTest("needs the right to mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.modem.spool)])

    def here(self, words):
        """Without what is of this run only."""
        return words.replace(str(self.modem.spool), "…")

    def queue_goes_on(self):
        with self.daemon.kiosk() as client:
            self.assertEqual(client.issue().status, 201)

    def test_a_full_disk(self):
        self.small_disk()
        self.modem.start()
        ballast = fill(self.modem.spool)
        phones = ["0919000001", "0919000002"]
        self.finished(phones)
        words = self.until_told("messages", "đã đầy")
        faults.record("Modem nhắn tin", "Đĩa của thư mục tin đầy · disk of the spool full", citizen="Lấy số vẫn được",
                      supervisor=self.here(words), journal="–")
        self.queue_goes_on()
        until(lambda: self.messages()["waiting"] == 2, 60)
        # It stands, it does not come and go with each try; and nothing of a message is left lying.
        for _ in range(20):
            self.assertIn("messages", self.alarms())
            self.assertEqual([each for each in os.listdir(self.modem.spool / "outbox") if not each.startswith(".motcua-")], [])
        checked = self.daemon.run("check", check=False)
        self.assertEqual(checked.returncode, 1)
        self.assertIn("đã đầy", checked.stdout)
        self.assertEqual(self.modem.transmitted(), {})
        ballast.unlink()
        self.until_over(2, 90)
        self.assert_once(phones)
        until(lambda: "messages" not in self.alarms(), 30)
        self.assert_wiped(phones)
        self.assertEqual(os.listdir(self.modem.spool / "outbox"), [])

    def test_a_disk_that_turns_read_only_while_a_message_lies_there(self):
        """gammu-smsd would send it at every look, because it cannot move it: it is taken out and a person decides."""
        self.small_disk()
        self.finished(["0919100001"])
        until(lambda: self.modem.files("outbox"), 60)
        until(lambda: self.messages()["items"][0]["state"] == "handed", 30)
        remount(self.modem.spool, "ro")
        words = self.until_told("messages", "chỉ cho đọc")
        faults.record("Modem nhắn tin", "Đĩa của thư mục tin chỉ đọc · disk of the spool read-only",
                      citizen="Lấy số vẫn được", supervisor=self.here(words), journal="message-ended (failed, unmovable)")
        self.queue_goes_on()
        self.finished(["0919100002"])
        until(lambda: self.messages()["waiting"] == 1, 60)
        remount(self.modem.spool, "rw")
        found = until(lambda: (found := self.messages())["failed"] == 1 and found, 30, self.messages)
        self.assertIn("có khi nhiều lần", found["items"][1]["reason"]["vi"])
        self.modem.start()
        self.until_over(1)
        self.assert_once(["0919100002"])
        with self.daemon.supervisor() as client:
            self.assertTrue(client.post(f"messages/{found['items'][1]['id']}/send-again", {}, key=new_key()).ok)
        self.until_over(2)
        self.assert_once(["0919100001", "0919100002"])
        self.assert_wiped(["0919100001", "0919100002"])


class Forbidden(SpoolTest):
    """The daemon as somebody who may write to its own folder only."""
    test_a_full_disk = test_a_disk_that_turns_read_only_while_a_message_lies_there = None

    def started(self):
        if os.geteuid() != 0:
            self.skipTest("needs to be root to be somebody else")
        for folder in (self.folder, self.daemon.folder):
            folder.chmod(0o755)
        self.daemon.data.mkdir(exist_ok=True)
        os.chown(self.daemon.data, 65534, 65534)
        self.daemon.wrap = AS_NOBODY
        self.daemon.start()

    def test_without_the_right_to_write(self):
        self.modem.start()
        self.finished(["0919200001"])
        words = self.until_told("messages", "không được ghi vào")
        faults.record("Modem nhắn tin", "Không có quyền ghi thư mục tin · no right to write to the spool",
                      citizen="Lấy số vẫn được", supervisor=self.here(words), journal="–")
        self.queue_goes_on()
        until(lambda: self.messages()["waiting"] == 1, 60)
        for name in ("outbox", "sent", "error"):
            (self.modem.spool / name).chmod(0o777)
        self.until_over(1)
        self.assert_once(["0919200001"])
        until(lambda: "messages" not in self.alarms(), 30)


if __name__ == "__main__":
    unittest.main()
