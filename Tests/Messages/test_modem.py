"""What arrives, and what the person responsible reads when the SIM has no credit, or when gammu-smsd does not run: the real
gammu-smsd at a serial line, with a modem that is played (at_modem.py)."""

import unittest

from Messages.case import ModemCase
from Support import faults
from Support.client import new_key
from Support.waiting import until


class ModemTest(ModemCase):
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
