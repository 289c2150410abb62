"""What keeps the daemon from starting is said in one line, with exit code 1 and without a backtrace."""

import os
import pathlib
import re
import sqlite3
import subprocess
import unittest

from Support import centre
from Support.daemon import Daemon
from Support.disk import AS_NOBODY, fill, small_disk
from Support.waiting import until


class Start(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.__exit__)

    def refused(self, daemon, *lines):
        """The daemon ends by itself with exit code 1 and exactly these lines."""
        daemon.launch()
        try:
            code = daemon.process.wait(15)
        except subprocess.TimeoutExpired:
            daemon.kill()
            self.fail(f"it still runs; it said: {daemon.said()!r}")
        said = daemon.said()
        self.assertEqual(code, 1, said)
        self.assertNotIn("Backtrace", said)
        self.assertEqual(said.strip().split("\n"), list(lines))

    def one_line(self, command, *words):
        """A command that only reads says what is wrong in one line."""
        self.assertEqual(command.returncode, 1)
        self.assertEqual(command.stdout, "")
        self.assertEqual(len(command.stderr.strip().split("\n")), 1, command.stderr)
        self.assertNotIn("SQLite", command.stderr)
        for word in words:
            self.assertIn(word, command.stderr)

    def used(self):
        """A data folder with some tickets in it, the daemon stopped, everything in the one file."""
        with self.daemon.start().kiosk() as kiosk:
            for _ in range(40):
                self.assertEqual(kiosk.issue().status, 201)
        self.daemon.stop()
        link = sqlite3.connect(self.file)
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        link.close()
        for rest in ("-wal", "-shm"):
            pathlib.Path(f"{self.file}{rest}").unlink(missing_ok=True)

    def content(self):
        link = sqlite3.connect(self.file)
        try:
            return list(link.iterdump())
        finally:
            link.close()

    @property
    def file(self):
        return self.daemon.data / "centre.sqlite"

    def test_port_in_use(self):
        self.daemon.start()
        other = Daemon(port=self.daemon.port)
        self.addCleanup(other.__exit__)
        self.refused(
            other, f"motcua: cổng {other.port} đang được chương trình khác dùng; tắt chương trình đó hoặc chọn cổng "
            "khác bằng --port")
        with self.daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001", "the first daemon is not disturbed")

    def test_second_daemon_on_the_same_folder(self):
        self.daemon.start()
        other = Daemon(folder=self.daemon.folder)
        other.starts = 1
        self.refused(
            other, f"motcua: {self.daemon.data}: một máy chủ khác đang dùng thư mục này; dừng nó trước, hoặc chọn "
            "--data khác")
        with self.daemon.kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001")

    def test_restart_at_once(self):
        """The lock and the port of a killed daemon do not keep the next one from starting."""
        self.daemon.start()
        self.daemon.kill()
        self.daemon.start()

    # Settings.

    def broken(self):
        """Settings with three mistakes, and the lines that name them."""
        text = self.daemon.config.read_text(encoding="utf-8")
        marks = [("\"undoSeconds\": 10", "\"undoSeconds\": \"mười\"", "rules.undoSeconds",
                  "cần một số nguyên, không phải «mười»"),
                 ("\"role\": \"supervisor\"", "\"role\": \"boss\"", "officers[6].role",
                  "vai trò «boss» không có; chọn officer, supervisor hoặc admin"),
                 ("\"hotline\"", "\"hotlin\"", "centre.hotlin",
                  "không có mục «hotlin»; các mục được dùng: id, name, shortName, nameLines, address, hotline, "
                  "timezone, followBaseURL")]
        lines = []
        for right, wrong, path, words in marks:
            self.assertEqual(text.count(right), 1, right)
            at = text[: text.index(right)].count("\n") + 1
            text = text.replace(right, wrong)
            lines.append((at, f"{self.daemon.config}:{at}: {path}: {words}"))
        self.daemon.config.write_text(text, encoding="utf-8")
        return [line for _, line in sorted(lines)]

    def test_mistakes_in_the_first_settings(self):
        self.refused(self.daemon, *self.broken())

    def test_mistakes_in_the_rules_of_the_first_settings(self):
        settings = centre.settings()
        settings["services"][1]["prefix"] = "A"
        settings["counters"][3]["number"] = 2
        centre.write(self.daemon.config, settings)
        text = self.daemon.config.read_text(encoding="utf-8").split("\n")
        prefix = [n for n, line in enumerate(text, 1) if '"prefix": "A"' in line][1]
        number = [n for n, line in enumerate(text, 1) if '"number": 2' in line][1]
        self.refused(
            self.daemon,
            f"{self.daemon.config}:{prefix}: services[1].prefix: chữ «A» đã dùng cho "
            f"{settings['services'][0]['name']}; chọn chữ khác",
            f"{self.daemon.config}:{number}: counters[3].number: «2» xuất hiện hai lần")

    def test_no_yaml(self):
        self.daemon.config.write_text("centre:\n  id: x\n bad: [\n", encoding="utf-8")
        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(15), 1)
        self.assertRegex(self.daemon.said(), rf"\A{re.escape(str(self.daemon.config))}:3: không phải YAML đúng: .*\n\Z")

    def test_no_file(self):
        self.daemon.config.unlink()
        self.refused(self.daemon, f"{self.daemon.config}:1: không đọc được tệp; kiểm tra đường dẫn và quyền đọc")

    def test_mistakes_later_do_not_stop_the_centre(self):
        with self.daemon.start().kiosk() as kiosk:
            self.assertEqual(kiosk.issue().body["number"], "A001")
        self.daemon.stop()
        lines = self.broken()
        self.daemon.start()
        with self.daemon.kiosk() as kiosk, self.daemon.supervisor() as supervisor:
            self.assertEqual(kiosk.issue().body["number"], "A002")
            alarm = supervisor.alarms()["config"]
            self.assertEqual(alarm["level"], "warning")
            self.assertIn(lines[0], alarm["words"]["vi"])

    # The file.

    def test_newer_version(self):
        self.used()
        link = sqlite3.connect(self.file)
        link.execute("INSERT INTO grdb_migrations VALUES ('9999 of a later version')")
        link.commit()
        link.close()
        before = self.content()
        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(15), 1)
        said = self.daemon.said()
        self.assertRegex(said, rf"\Amotcua: {re.escape(str(self.file))}: [^\n]+\n\Z")
        self.assertEqual(self.content(), before, "a file of a newer version is not touched")
        for command in (["journal", "verify"], ["figures", "--from", "2026-01-01"]):
            result = self.daemon.run(*command, check=False)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (1, "", said))

    def test_damaged_file(self):
        self.used()
        whole = self.file.read_bytes()
        damages = {
            "its head": b"\0" * 512 + whole[512:],
            "no database": b"Day la mot tep khac.\n" * 300,
            "its pages": whole[:4096] + os.urandom(len(whole) - 4096),
        }
        for name, content in damages.items():
            with self.subTest(name):
                self.file.write_bytes(content)
                self.daemon.launch()
                self.assertEqual(self.daemon.process.wait(15), 1, self.daemon.said())
                self.assertRegex(self.daemon.said(), rf"\Amotcua: {re.escape(str(self.file))}: [^\n]+\n\Z")
                self.one_line(self.daemon.run("journal", "verify", check=False), str(self.file))
                for rest in ("-wal", "-shm"):
                    pathlib.Path(f"{self.file}{rest}").unlink(missing_ok=True)

    def test_altered_journal(self):
        """One digit in an event of the past: verify names the event."""
        self.used()
        link = sqlite3.connect(self.file)
        link.execute("DROP TRIGGER journal_is_append_only")
        link.execute("""UPDATE journal
                        SET payload = CAST(replace(CAST(payload AS TEXT), '"ahead":7', '"ahead":6') AS BLOB) WHERE type = 'ticket-issued' AND CAST(payload AS TEXT) LIKE '%"ahead":7,%'""")
        self.assertEqual(link.total_changes, 1)
        link.commit()
        [(seq,)] = link.execute("SELECT seq FROM journal WHERE CAST(payload AS TEXT) LIKE '%\"number\":\"A008\"%'")
        link.close()
        result = self.daemon.run("journal", "verify", check=False)
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, rf"SAI: .*\b{seq}\b")

    def test_removed_last_event(self):
        self.used()
        link = sqlite3.connect(self.file)
        link.execute("DROP TRIGGER journal_keeps_all")
        link.execute("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)")
        link.commit()
        link.close()
        result = self.daemon.run("journal", "verify", check=False)
        self.assertEqual(result.returncode, 1, "a ticket without its event passed")

    def test_nobody_may_write_here(self):
        """An ordinary user and a folder of somebody else."""
        if os.getuid() != 0:
            self.skipTest("needs root, to become somebody else")
        self.used()
        self.daemon.folder.chmod(0o755)
        self.daemon.data.chmod(0o755)
        self.daemon.config.chmod(0o644)
        for path in self.daemon.data.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.daemon.wrap = AS_NOBODY
        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(15), 1)
        self.assertRegex(self.daemon.said(), rf"\Amotcua: {re.escape(str(self.daemon.data))}[^\n]+\n\Z")
        # A folder that is not even there.
        self.daemon.data = self.daemon.folder / "nowhere" / "data"
        self.daemon.launch()
        self.assertEqual(self.daemon.process.wait(15), 1)
        self.assertEqual(
            self.daemon.said(),
            f"motcua: {self.daemon.data}: không tạo được thư mục dữ liệu; chạy bằng người dùng có quyền hoặc đổi --data\n")


class FullDisk(unittest.TestCase):
    def test_full_disk(self):
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        daemon.data.mkdir()
        small_disk(self, daemon.data, "4m")
        daemon.start()
        with daemon.kiosk() as kiosk, daemon.supervisor() as supervisor:
            numbers = [kiosk.issue().body["number"] for _ in range(5)]
            ballast = fill(daemon.data)
            refusals = 0
            for _ in range(200):
                answer = kiosk.issue(key=None)
                if answer.ok:
                    numbers.append(answer.body["number"])
                else:
                    self.assertEqual((answer.status, answer.problem), (507, "storage-full"), answer)
                    refusals += 1
                    if refusals == 5:
                        break
            self.assertEqual(refusals, 5, "the disk never was full")
            until(lambda: "storage" in supervisor.alarms(), 5,
                  "the supervisor is told")
            self.assertEqual(supervisor.get("health").body["status"], "degraded")
            ballast.unlink()
            answer = kiosk.issue()
            self.assertEqual(answer.status, 201, answer)
            numbers.append(answer.body["number"])
            self.assertEqual(numbers, [f"A{n:03}" for n in range(1, len(numbers) + 1)])
            until(lambda: "storage" not in supervisor.alarms(), 5,
                  "the alarm is gone")
        self.assertEqual([p["number"] for _, _, _, p in daemon.events("ticket-issued")], numbers)
        daemon.verify()
        daemon.stop()


if __name__ == "__main__":
    unittest.main()
