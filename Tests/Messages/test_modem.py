"""What arrives, and what the person responsible reads when the modem is unplugged, has no SIM or no credit, or when
gammu-smsd does not run: the real gammu-smsd at a serial line, with a modem that is played (at_modem.py)."""

import unittest

from Messages.at_modem import AtModem, decoded
from Messages.case import MessagesCase
from Support import faults
from Support.client import new_key
from Support.waiting import until


class ModemTest(MessagesCase):
    def started(self):
        self.at = AtModem(self.folder / "ttyUSB0")
        self.modem.at(self.at.path)
        self.modem.start()
        self.daemon.start()

    def here(self, words):
        return words.replace(str(self.folder), "…")

    def arrived(self):
        """Number → its texts, parts put together; and how many parts there were."""
        texts, parts = {}, 0
        for number, part, of, text in map(decoded, self.at.sent):
            parts += 1
            if part == 1:
                texts.setdefault(number, []).append("")
            texts[number][-1] += text
        return texts, parts

    def test_what_arrives_and_what_it_costs(self):
        self.finished(["0911000001"])
        self.until_over(1)
        self.change(plain=True)
        self.finished(["0911000002"])
        found = self.until_over(2)
        texts, parts = self.arrived()
        [said] = texts["0911000001"]
        self.assertRegex(said, r"^TTPVHCC phường Lê Chân: hồ sơ TAM-\d{6}-\d{4} đã có kết quả\. Mời ông/bà mang giấy hẹn đến nhận\.$")
        [plain] = texts["0911000002"]
        self.assertRegex(plain, r"^TTPVHCC phuong Le Chan: ho so TAM-\d{6}-\d{4} da co ket qua\. Moi ong/ba mang giay hen den nhan\.$")
        self.assertEqual(sum(each["parts"] for each in found["items"]), parts)
        self.assertEqual(found["thisMonth"], {"messages": 2, "parts": parts})
        # Nothing is read of what citizens answer.
        self.assertFalse([each for each in self.at.asked if each.startswith(('AT+CPMS="', "AT+CMGL", "AT+CMGR", "AT+CMGD"))])

    def test_no_credit(self):
        self.at.trouble = "no-credit"
        phones = [f"091110000{n}" for n in range(3)]
        self.finished(phones)
        found = until(lambda: (found := self.messages())["failed"] == 3 and found, 90, self.messages)
        words = until(lambda: "từ chối 3 tin" in (said := self.modem_words()) and said, 20, self.modem_words)
        faults.record("Modem nhắn tin", "SIM hết tiền · no credit", supervisor=words,
                      journal="message-ended (failed, modem)")
        self.assertIn(words, self.daemon.run("check", check=False).stdout)
        self.assertEqual(self.at.sent, [])
        self.at.trouble = None
        with self.daemon.supervisor() as client:
            for each in found["items"]:
                self.assertTrue(each["refused"])
                self.assertTrue(client.post(f"messages/{each['id']}/send-again", {}, key=new_key()).ok)
        self.until_over(3)
        self.assertEqual({number: len(texts) for number, texts in self.arrived()[0].items()}, dict.fromkeys(phones, 1))
        until(lambda: self.modem_words() == "Sẵn sàng", 20, self.modem_words)
        self.assert_wiped(phones)

    def test_unplugged_and_plugged_in_again(self):
        until(lambda: self.modem_words() == "Sẵn sàng", 20, self.modem_words)
        self.at.unplug()
        self.finished(["0911200001"])
        words = self.until_told("messages", "Không thấy modem")
        faults.record("Modem nhắn tin", "Rút dây USB, cắm lại · unplugged, replugged", supervisor=self.here(words), journal="–")
        self.assertEqual((self.here(self.modem_words()), self.at.sent), (self.here(words), []))
        self.assertEqual(self.daemon.run("check", check=False).returncode, 1)
        self.at = AtModem(self.folder / "ttyUSB0")
        self.until_over(1, 120)
        self.assertEqual(len(self.arrived()[0]["0911200001"]), 1)
        until(lambda: "messages" not in self.alarms(), 30, self.alarms)

    def test_gammu_smsd_does_not_run(self):
        self.modem.stop()
        self.finished(["0911300001"])
        words = self.until_told("messages", "gammu-smsd không chạy")
        faults.record("Modem nhắn tin", "gammu-smsd không chạy · gammu-smsd not running", supervisor=words, journal="–")
        self.modem.start()
        self.until_over(1)
        until(lambda: "messages" not in self.alarms(), 30, self.alarms)

    def test_gammu_smsd_reads_another_folder(self):
        text = self.modem.config.read_text(encoding="utf-8")
        self.modem.config.write_text(text.replace("spool/outbox/", "sp00l/outbox/"), encoding="utf-8")
        words = self.until_told("messages", "gammu-smsd lấy tin từ")
        faults.record("Modem nhắn tin", "gammu-smsd đọc thư mục khác · gammu-smsd reads another folder",
                      supervisor=self.here(words), journal="–")
        self.modem.config.unlink()
        words = self.until_told("messages", "Chưa cài gammu-smsd")
        faults.record("Modem nhắn tin", "Chưa cài gammu-smsd · gammu-smsd not installed", supervisor=words, journal="–")


if __name__ == "__main__":
    unittest.main()
