"""Papers of the office through a real print server, and what goes wrong with it and with the printer."""

import contextlib
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import unittest

from Office.office import QUEUE, PrintServer
from Support import centre, faults
from Support.daemon import Daemon
from Support.waiting import until


class OfficeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = PrintServer()
        cls.addClassCleanup(cls.office.close)
        cls.office.start()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-papers-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        settings = centre.settings()
        settings["devices"] = [
            {"id": "vp", "kind": "office-printer", "name": "Máy in văn phòng", "address": cls.office.address}]
        cls.daemon = Daemon(settings, folder=folder)
        cls.daemon.start()
        cls.addClassCleanup(cls.daemon.stop)
        cls.boss = cls.daemon.supervisor()
        cls.addClassCleanup(lambda: cls.boss.close())

    def setUp(self):
        self.before = len(self.office.printed())
        until(lambda: self.device()["state"] == "ok", 20, lambda: f"the printer is ready: {self.device()}")

    def ask(self, **more):
        answer = self.boss.post("office/print", {"document": "figures", "day": str(centre.today()), "by": "service", **more})
        self.assertEqual(answer.status, 201, answer)
        return answer.body["job"]

    def overview(self):
        return self.boss.get("office/jobs").body

    def job(self, number):
        return next(each for each in self.overview()["jobs"] if each["job"] == number)

    def device(self):
        return next(each for each in self.overview()["printers"] if each["id"] == "vp")

    def stands(self, number, state, seconds=20):
        return until(lambda: (each := self.job(number))["state"] == state and each, seconds,
                     lambda: f"job {number} is {state}, it is {self.job(number)}; {self.device()}")

    def told(self, number, words):
        """The words of a paper that waits; its printer's alarm is told with it."""
        until(lambda: self.job(number)["words"]["vi"] == words, 30,
              lambda: f"«{words}», it is {self.job(number)}; {self.device()}")
        return until(lambda: self.boss.alarm_words().get("office vp"), 10, "the alarm")

    def out(self, count=1):
        until(lambda: len(self.office.printed()) >= self.before + count, 20, f"{count} papers lie in the tray")
        self.assertEqual(len(self.office.printed()), self.before + count, "one paper too many")

    def last(self, *types):
        return self.daemon.events(*(types or ("office-job-asked", "office-cancel-asked", "office-job-ended")))[-1]


class Papers(OfficeTest):
    def test_a_paper_is_printed_and_its_end_written_down(self):
        job = self.ask(copies=2)
        self.stands(job, "printed")
        self.out()
        text = subprocess.run(["pdftotext", "-layout", self.office.printed()[-1], "-"], capture_output=True, text=True,
                              check=True).stdout
        self.assertIn("SỐ LIỆU PHỤC VỤ", text)
        asked = next(event for event in self.daemon.events("office-job-asked") if event[0] == job)
        self.assertEqual((asked[2], asked[3]["document"], asked[3]["copies"]), ("cb07", "figures", 2))
        self.assertEqual(self.last()[3], {"job": job, "printer": "vp", "outcome": "printed", "reason": ""})
        # No paper stays in the file once it is printed.
        self.assertEqual(self.daemon.rows("SELECT count(*) AS n FROM officeJob WHERE pdf IS NOT NULL"), [{"n": 0}])
        metrics = self.boss.request("GET", "/metrics").data.decode()
        self.assertIn('motcua_device_ok{device="vp",kind="office-printer"} 1', metrics)
        self.assertIn("office-printer\tvp\tMáy in văn phòng: Sẵn sàng", self.daemon.run("devices").stdout)
        again = self.boss.post(f"office/jobs/{job}/reprint")
        self.assertEqual(again.status, 201)
        self.stands(again.body["job"], "printed")
        self.out(2)
        self.daemon.verify()

    def test_papers_of_dossiers(self):
        dossier = self.boss.post("dossiers", {"procedure": "2.000815", "code": "H24.19-261126-0007"})
        self.assertTrue(dossier.ok, dossier)
        dossier = dossier.body["dossiers"][0]["id"]
        self.stands(self.ask(document="same-day"), "printed")
        self.out()
        text = subprocess.run(["pdftotext", "-layout", self.office.printed()[-1], "-"], capture_output=True, text=True,
                              check=True).stdout
        self.assertIn("không hẹn, không chờ", text.lower())
        # A5. This printer has no such paper and drops it, which is told and offered again as with any other.
        job = self.ask(document="slip", dossier=dossier, slip="receipt")
        dropped = self.stands(job, "failed")
        self.assertEqual((dropped["paper"], dropped["title"]), ("a5", "Hẹn trả kết quả H24.19-261126-0007"))
        self.assertTrue(dropped["mayReprint"])
        checked = self.stands(self.ask(document="checklist"), "printed")
        self.assertIn("Kiểm tra đầu ngày", checked["title"])
        # The closing sheet: its line is what `journal head` prints, and what `journal verify` takes as the anchor.
        today = self.boss.get("board").body["day"]
        self.stands(self.ask(document="closing", day=today), "printed")
        self.out(3)
        sheet = subprocess.run(["pdftotext", "-layout", self.office.printed()[-1], "-"], capture_output=True, text=True,
                               check=True).stdout
        self.assertRegex(sheet, r"(?s)PHIẾU CHỐT NHẬT KÝ.*[0-9a-f]{4}( [0-9a-f]{4}){3}")
        tomorrow = self.boss.post("office/print", {"document": "closing", "day": "2099-01-01"})
        self.assertEqual((tomorrow.status, tomorrow.problem), (400, "bad-request"))
        early = self.boss.post("office/print", {"document": "slip", "dossier": dossier, "slip": "apology"})
        self.assertEqual((early.status, early.problem), (409, "dossier-not-now"))
        # The events name no citizen: which paper, of which dossier.
        asked = next(event for event in self.daemon.events("office-job-asked") if event[0] == job)
        self.assertEqual(asked[3]["reference"], f"dossier {dossier} receipt")

    def test_a_paper_with_a_name_does_not_stay_with_the_print_server(self):
        """By default cupsd keeps what it has printed for a day."""
        spool = self.office.folder / "cups" / "spool"
        papers = lambda: {path.name for path in spool.glob("d*-*")}
        before = papers()
        self.stands(self.ask(), "printed")
        self.assertEqual(len(papers() - before), 1, "this server keeps papers")
        kept = papers()
        self.stands(self.ask(document="letter", kind="thanks", name="Trần Thị Hồng Nhạn"), "printed")
        self.out(2)
        until(lambda: papers() == kept, 10, lambda: f"the letter is gone from the spool: {papers() - kept}")
        # A5, which this printer drops: over as well.
        visit = self.boss.post("home-visits", {"group": "om-dau", "askedBy": "phone", "name": "Trần Thị Hồng Nhạn",
                                               "address": "Số 7, ngách 12/3 đường Chợ Con"})
        self.assertEqual(visit.status, 201, visit)
        self.stands(self.ask(document="home-visit", visit=visit.body["id"]), "failed")
        until(lambda: papers() == kept, 10, lambda: f"the slip is gone from the spool: {papers() - kept}")
        log = (self.office.folder / "cups" / "log" / "access_log").read_text()
        self.assertNotIn("Nhạn", log)

    def test_without_paper_it_is_said_and_goes_on_after_refilling(self):
        self.office.trouble("media-empty")
        first, second = self.ask(), self.ask()
        words = self.told(first, "Chờ thêm giấy")
        self.stands(second, "needsPerson")
        self.assertEqual(self.device()["words"]["vi"], words)
        self.assertEqual(len(self.office.printed()), self.before)
        self.office.trouble("")
        self.stands(first, "printed")
        self.stands(second, "printed")
        self.out(2)
        until(lambda: "office vp" not in self.boss.alarm_words(), 10, "the alarm goes")
        faults.record("Máy in văn phòng", "Hết giấy, thêm giấy · out of paper, refilled", supervisor=words,
                      officer="Chờ thêm giấy", journal=f"{self.last()[1]} {self.last()[3]['outcome']}")

    def test_a_printer_that_is_off_is_told_and_prints_once_it_is_on(self):
        self.office.turn_off()
        job = self.ask()
        words = self.told(job, "Máy in không trả lời")
        self.office.turn_on()
        self.stands(job, "printed", 40)
        self.out()
        until(lambda: "office vp" not in self.boss.alarm_words(), 10, "the alarm goes")
        faults.record("Máy in văn phòng", "Tắt máy, bật lại · switched off and on", supervisor=words,
                      officer="Máy in không trả lời", journal=f"{self.last()[1]} {self.last()[3]['outcome']}")

    def test_a_paper_the_printer_drops_has_failed_and_is_offered_again(self):
        self.office.trouble("fail")
        job = self.ask()
        dropped = self.stands(job, "failed")
        self.assertTrue(dropped["mayReprint"])
        words = until(lambda: self.boss.alarm_words().get("office-failed vp"), 10, "an alarm")
        outcome = f"{self.last()[1]} {self.last()[3]['outcome']}"
        self.office.trouble("")
        again = self.boss.post(f"office/jobs/{job}/reprint")
        self.assertEqual(again.status, 201)
        self.stands(again.body["job"], "printed")
        self.out()
        self.assertNotIn("office-failed vp", self.boss.alarm_words())
        title = self.job(job)["title"]
        faults.record("Máy in văn phòng", "Máy in bỏ giấy tờ giữa chừng · dropped at the printer",
                      supervisor=words.replace(title, "…"), officer=dropped["words"]["vi"], journal=outcome)

    def test_a_waiting_paper_is_cancelled_once(self):
        self.office.trouble("media-empty")
        job = self.ask()
        self.told(job, "Chờ thêm giấy")
        self.assertEqual(self.boss.post(f"office/jobs/{job}/cancel").body["state"], "cancelling")
        cancelled = self.stands(job, "cancelled")
        outcome = f"{self.last()[1]} {self.last()[3]['outcome']}"
        self.assertEqual(self.boss.post(f"office/jobs/{job}/cancel").problem, "office-job-over")
        self.assertEqual(self.office.jobs(), [])
        self.office.trouble("")
        self.stands(self.ask(), "printed")
        faults.record("Máy in văn phòng", "Hủy khi đang chờ giấy · cancelled while out of paper",
                      supervisor=cancelled["words"]["vi"], officer=cancelled["words"]["vi"],
                      journal=f"office-cancel-asked, {outcome}")

    def test_a_restart_of_the_daemon_finds_its_papers_again(self):
        self.office.trouble("media-empty")
        handed = self.ask()
        self.told(handed, "Chờ thêm giấy")
        self.daemon.kill()
        # Killed between the number and the document: the print server knows the number, and holds nothing of it.
        self.office.trouble("")
        empty = self.office.empty_job()
        until(lambda: len(self.office.printed()) == self.before + 1, 20, "CUPS prints while the daemon is away")
        self.daemon.start()
        self.sign_in_again()
        self.stands(handed, "printed")
        self.office.stop_server()
        waiting = self.ask()
        until(lambda: self.job(waiting)["words"]["vi"] == "Chờ máy chủ in", 20, "the print server is missed")
        self.daemon.kill()
        with contextlib.closing(sqlite3.connect(f"{self.daemon.data}/centre.sqlite", timeout=10)) as file, file:
            file.execute("UPDATE officeJob SET state = 'handing', number = ?, address = ? WHERE id = ?",
                         (empty, self.office.address, waiting))
        self.office.start_server()
        self.daemon.start()
        self.sign_in_again()
        self.stands(waiting, "printed")
        self.out(2)
        self.assertNotIn(f"{QUEUE}-{empty}", self.office.jobs())

    def sign_in_again(self):
        self.boss.close()
        type(self).boss = self.daemon.supervisor()

    def test_without_a_print_server_papers_wait(self):
        self.office.stop_server()
        job = self.ask()
        words = self.told(job, "Chờ máy chủ in")
        self.office.start_server()
        self.stands(job, "printed", 40)
        self.out()
        faults.record("Máy in văn phòng", "Máy chủ in (CUPS) tắt · print server off",
                      supervisor=words.replace(str(self.office.port), "…"), officer="Chờ máy chủ in",
                      journal=f"{self.last()[1]} {self.last()[3]['outcome']}")

    def test_a_paused_queue_and_one_that_takes_nothing(self):
        self.office.tool("cupsdisable", QUEUE)
        job = self.ask()
        words = self.told(job, "Máy in đang tạm dừng")
        self.office.tool("cupsenable", QUEUE)
        self.stands(job, "printed")
        faults.record("Máy in văn phòng", "Hàng in bị tạm dừng · queue paused", supervisor=words,
                      officer="Máy in đang tạm dừng", journal=f"{self.last()[1]} {self.last()[3]['outcome']}")
        self.office.tool("cupsreject", QUEUE)
        job = self.ask()
        self.told(job, "Chờ máy in nhận giấy tờ trở lại")
        self.office.tool("cupsaccept", QUEUE)
        self.stands(job, "printed", 30)
        self.out(2)


class Settings(unittest.TestCase):
    def test_a_queue_that_is_not_there_is_named_with_those_that_are(self):
        office = PrintServer()
        self.addCleanup(office.close)
        office.start()
        settings = centre.settings()
        settings["devices"] = [
            {"id": "vp", "kind": "office-printer", "name": "Máy in", "address": f"cups:nham@127.0.0.1:{office.port}"}]
        with Daemon(settings) as daemon, daemon.supervisor() as boss:
            words = until(lambda: next((each["words"]["vi"] for each in boss.get("office/jobs").body["printers"]
                                        if each["state"] == "fault"), None), 20, "the mistake is told")
            self.assertIn("không có «nham». Đang có: vanphong.", words)


if __name__ == "__main__":
    unittest.main()
