"""Each message once, whenever the daemon is killed: with gammu-smsd and its dummy phone."""

import os
import random
import unittest

from Messages.case import MessagesCase
from Support.waiting import until

SEED = int(os.environ.get("SEED", "5049"))
KILLS = 30 if os.environ.get("LONG") else 8


class KilledTest(MessagesCase):
    def test_killed_right_before_and_right_after_the_file(self):
        phones = []
        for when in ("before", "after"):
            phone = f"091300000{len(phones)}"
            phones.append(phone)
            self.kill.write_text(when)
            self.finished([phone])
            until(lambda: not self.daemon.running, 60, "the daemon is killed at the hand-over")
            self.assertFalse(self.kill.exists())
            row = self.daemon.rows("SELECT state FROM message ORDER BY id DESC LIMIT 1")[0]
            self.assertEqual(row["state"], "handing")
            self.assertEqual(len([name for name in self.modem.files("outbox") if phone in name]), int(when == "after"))
            # After: gammu-smsd takes it while nobody looks. Before: it never was there.
            self.modem.start()
            if when == "after":
                self.modem.wait(len(phones))
            self.daemon.start()
            self.until_over(len(phones))
            self.modem.stop()
        self.assert_once(phones)
        self.assert_wiped(phones)

    def test_killed_at_any_moment(self):
        chance = random.Random(SEED)
        phones = [f"0914{n:06d}" for n in range(40)]
        self.modem.start()
        self.finished(phones)
        for _ in range(KILLS):
            # After a few more have gone, and a moment that is drawn.
            gone = sum(self.modem.transmitted().values())
            if gone >= len(phones):
                break
            until(lambda: sum(self.modem.transmitted().values()) >= min(gone + 2, len(phones)), 60)
            self.daemon.process.poll()
            try:
                self.daemon.process.wait(chance.random() * 0.5)
            except Exception:  # noqa: BLE001: it runs, as it should
                pass
            self.daemon.kill()
            self.daemon.start()
        self.until_over(len(phones), 120)
        self.assert_once(phones)
        self.assert_wiped(phones)
        self.daemon.verify()


if __name__ == "__main__":
    unittest.main()
