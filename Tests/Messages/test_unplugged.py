"""The modem unplugged and plugged in again: the real gammu-smsd, a modem that is played, and the delivered guard."""

import unittest

from Messages.case import ModemCase
from Messages.guard import Guard
from Support import faults
from Support.waiting import until


class UnpluggedTest(ModemCase):
    def test_unplugged_and_plugged_in_again(self):
        """gammu-smsd 1.42 would write to the dead line for ever and refuse each message: the guard starts it anew."""
        guard = Guard(self.modem)
        self.addCleanup(guard.end)
        until(self.modem.at_rest, 60, self.modem.said)
        until(lambda: self.modem_words() == "Sẵn sàng", 20, self.modem_words)
        self.at.unplug()
        until(lambda: guard.asked == ["stop gammu-smsd.service"], 60, lambda: str(guard.asked))
        self.finished(["0911200001"])
        words = self.until_told("messages", "Không thấy modem")
        faults.record("Modem nhắn tin", "Rút dây USB, cắm lại · unplugged, replugged", supervisor=self.here(words), journal="–")
        self.assertEqual(self.here(self.modem_words()), self.here(words))
        self.assertEqual(self.daemon.run("check", check=False).returncode, 1)
        # It waits where it will be taken from.
        until(lambda: self.modem.files() == self.modem.files("outbox") != [], 60, self.modem.files)
        self.plug()
        self.until_over(1, 120)
        self.assertEqual(len(self.arrived()[0]["0911200001"]), 1)
        self.assertEqual(guard.asked[1:], ["--no-block start gammu-smsd.service"])
        until(lambda: "messages" not in self.alarms(), 30, self.alarms)

    def test_plugged_in_after_the_start(self):
        """As after a power cut, when the machine is there before its modem: gammu-smsd opens it by itself."""
        self.modem.stop()
        self.at.unplug()
        self.modem.start()
        until(lambda: "Error opening device, it doesn't exist" in self.modem.said(), 40, self.modem.said)
        self.finished(["0911200002"])
        self.until_told("messages", "Không thấy modem")
        self.assertEqual(self.modem.files("sent", "error"), [])
        self.plug()
        self.until_over(1, 150)
        self.assertEqual(len(self.arrived()[0]["0911200002"]), 1)
        until(lambda: "messages" not in self.alarms(), 30, self.alarms)


if __name__ == "__main__":
    unittest.main()
