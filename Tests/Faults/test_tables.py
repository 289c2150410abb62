"""The commune's tables: a running daemon takes a changed one by itself, and refuses a broken one by row and column."""

import csv
import datetime
import io
import os
import pathlib
import shutil
import tempfile
import unittest
import zipfile
from xml.sax.saxutils import escape

from Support.daemon import ROOT, Daemon
from Support.disk import AS_NOBODY, fill, remount, small_disk
from Support.waiting import until

NEW = "9.999001"


def share(folder):
    """A copy whose tables may be changed; the rest is linked."""
    folder = pathlib.Path(folder)
    folder.mkdir()
    for part in ("kiosk", "devices"):
        (folder / part).symlink_to(ROOT / part)
    shutil.copytree(ROOT / "centre", folder / "centre")
    return folder


def rows(text):
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))


def text(table):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table)
    return "\ufeff" + out.getvalue()


def workbook(path, table):
    """The smallest XLSX there is."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    lines = "".join(
        f'<row r="{n}">' + "".join(
            f'<c r="{chr(65 + i)}{n}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
            for i, cell in enumerate(row)) + "</row>" for n, row in enumerate(table, 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", (
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>'))
        for place, target, name in (("_rels", "xl/workbook.xml", "officeDocument"),
                                    ("xl/_rels", "worksheets/sheet1.xml", "worksheet")):
            base = ".rels" if place == "_rels" else "workbook.xml.rels"
            file.writestr(f"{place}/{base}", (
                f'<Relationships xmlns="{package}/relationships">'
                f'<Relationship Id="r1" Type="{office}/{name}" Target="{target}"/></Relationships>'))
        file.writestr("xl/workbook.xml", (
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="TTHC" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>"))
        file.writestr("xl/worksheets/sheet1.xml",
                      f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>')
    return path


class Tables(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-tables-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.share = share(self.folder / "share")
        self.centre = self.share / "centre"
        self.daemon = Daemon(folder=self.folder, share=self.share)
        self.addCleanup(self.daemon.__exit__)

    def table(self, name):
        return rows((self.centre / name).read_text(encoding="utf-8"))

    def write(self, name, content):
        """As an editor does: in place, not by renaming."""
        (self.centre / name).write_text(content, encoding="utf-8", newline="")

    def procedures(self, client):
        return {p["code"]: p for p in client.get("procedures?all=1").body}

    def longer(self, table):
        """One procedure more, and one with another name."""
        more = [""] * len(table[0])
        more[0], more[1], more[-1] = NEW, "Thủ tục mới của xã", "Quyết định 1"
        changed = [list(row) for row in table] + [more]
        changed[1][1] = "Khai sinh, tên mới"
        return changed


class Running(Tables):
    def test_a_changed_list_is_taken_and_a_broken_one_refused(self):
        good = self.table("procedures.csv")
        with self.daemon.start().supervisor() as chief:
            before = self.procedures(chief)
            self.assertNotIn(NEW, before)
            self.write("procedures.csv", text(self.longer(good)))
            until(lambda: NEW in self.procedures(chief), 20, "the new list is in force")
            self.assertEqual(self.procedures(chief)[good[1][0]]["name"], "Khai sinh, tên mới")
            # Wrong in one cell: by row and column, and what was in force stays so.
            wrong = self.longer(good)
            at = wrong[0].index("Thời hạn")
            wrong[3][at] = "mai"
            self.write("procedures.csv", text(wrong[:-1]))
            alarm = until(lambda: chief.alarms().get("casework"), 20, "an alarm")
            self.assertEqual(alarm["level"], "warning")
            for words in ("procedures.csv, dòng 4, cột «Thời hạn»", "«mai»", "bảng trước"):
                self.assertIn(words, alarm["words"]["vi"])
            self.assertIn(NEW, self.procedures(chief))
            # Half a file, as of a copy that died.
            whole = text(good)
            self.write("procedures.csv", whole[:whole.index(",", whole.rstrip().rindex("\r\n")) + 5])
            until(lambda: "giữa dòng" in chief.alarms()["casework"]["words"]["vi"], 20, "it is seen as cut")
            self.assertIn(NEW, self.procedures(chief))
            # Mended: no alarm, and the list is that of the file.
            self.write("procedures.csv", whole)
            until(lambda: "casework" not in chief.alarms(), 20, "the alarm is gone")
            self.assertEqual(self.procedures(chief), before)
            # A letter's template that names what the list doesn't have any more.
            letter = self.centre / "templates/letters/ket-hon.txt"
            words = letter.read_text(encoding="utf-8")
            letter.write_text("@khi 9.123456\n" + words, encoding="utf-8")
            alarm = until(lambda: chief.alarms().get("letters"), 20, "an alarm")
            self.assertIn("ket-hon.txt, dòng 1", alarm["words"]["vi"])
            letter.write_text(words, encoding="utf-8")
            until(lambda: "letters" not in chief.alarms(), 20, "the alarm is gone")
        self.assertEqual(self.daemon.stop() > 0, True)
        self.daemon.verify()

    def test_a_years_list_settles_the_dates_that_waited_for_it(self):
        year = datetime.date.today().year
        heading, *lines = self.table("holidays.csv")
        self.assertEqual(heading[:2], ["Ngày hoặc năm", "Loại"])
        lines = [line for line in lines if line[1] != "trọn năm"]
        self.write("holidays.csv", text([heading, *lines]))
        with self.daemon.start().supervisor() as chief:
            code = "H24.19-261126-0001"
            answer = chief.post("dossiers", {"code": code, "procedure": "1.004873"})
            self.assertEqual(answer.status, 201, answer)

            def due():
                return chief.get(f"dossiers?code={code}").body["dossiers"][0]["due"]
            counted = due()
            self.assertTrue(counted["provisional"])
            # What the province promised is nobody's to doubt.
            later = datetime.date.today() + datetime.timedelta(days=200)
            promised = chief.post("dossiers", {"procedure": "1.004873", "due": {"day": f"{later}", "source": "province"}})
            self.assertFalse(promised.body["dossiers"][0]["due"]["provisional"])
            days = [[f"{each}", "trọn năm", "", "Danh sách", "Thông báo", ""] for each in (year, year + 1)]
            # Written piece by piece, as over a slow network: never taken while it grows.
            content = text([heading, *lines, *days])
            file = self.centre / "holidays.csv"
            with open(file, "w", encoding="utf-8", newline="") as out:
                for at in range(0, len(content), 400):
                    out.write(content[at:at + 400])
                    out.flush()
            until(lambda: not due()["provisional"], 20, "the date is firm")
            self.assertEqual(due()["day"], counted["day"])
        settled = [event for event in self.daemon.events("dossier-due-settled")]
        self.assertEqual(len(settled), 1)
        self.daemon.verify()

    def test_started_with_a_broken_table_and_mended(self):
        good = (self.centre / "due-rules.csv").read_text(encoding="utf-8")
        self.write("due-rules.csv", good.replace("chung", "khac"))
        with self.daemon.start().supervisor() as chief:
            self.assertEqual(chief.get("procedures?all=1").problem, "casework-off")
            self.assertEqual(chief.alarms()["casework"]["level"], "fault")
            self.write("due-rules.csv", good)
            until(lambda: chief.get("procedures?all=1").ok, 20, "dossiers are there")
            until(lambda: "casework" not in chief.alarms(), 5, "no alarm")


class Import(Tables):
    """`motcua procedures import` beside a running daemon."""

    def imported(self, file, *more, check=True, wrap=()):
        self.daemon.wrap = list(wrap)
        try:
            return self.daemon.run("procedures", "import", str(file), *more, check=check)
        finally:
            self.daemon.wrap = []

    def lists(self):
        return sorted(path.name for path in self.centre.glob("procedures*"))

    def test_csv_and_xlsx_are_taken(self):
        old = (self.centre / "procedures.csv").read_bytes()
        good = self.table("procedures.csv")
        brought = self.folder / "danh-muc.csv"
        brought.write_text(text(self.longer(good)), encoding="utf-8", newline="")
        with self.daemon.start().supervisor() as chief:
            dry = self.imported(brought, "--dry-run").stdout
            self.assertIn(f"{len(good)} thủ tục: 1 mới, 1 thay đổi, {len(good) - 2} giữ nguyên, 0 không còn", dry)
            self.assertEqual(self.lists(), ["procedures.csv"])
            done = self.imported(brought).stdout
            self.assertIn("1 mới, 1 thay đổi", done)
            kept = self.lists()
            self.assertEqual(len(kept), 2)
            # The time is a person's to read, of the centre's zone.
            self.assertRegex(kept[0] if kept[0] != "procedures.csv" else kept[1],
                             r"^procedures\.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.csv$")
            name = next(each for each in kept if each != "procedures.csv")
            self.assertIn(name, done)
            self.assertEqual((self.centre / name).read_bytes(), old)
            until(lambda: NEW in self.procedures(chief), 20, "the running daemon has it")
            # Again and again within a second: every old list is kept.
            sheet = workbook(self.folder / "danh-muc.xlsx", [
                ["Mã TTHC", "Tên thủ tục", "Mức độ trực tuyến", "Nguồn"],
                *[[row[0], row[1], "toàn trình", "QĐ 1"] for row in good[1:]]])
            for n in range(3):
                self.assertIn("0 mới", self.imported(sheet if n else brought).stdout)
            self.assertEqual(len(self.lists()), 5)
            until(lambda: self.procedures(chief)[good[1][0]].get("online") == "full", 20, "and the one of the workbook")
            self.assertNotIn("casework", chief.alarms())

    def test_a_wrong_cell_is_named_and_nothing_is_written(self):
        self.daemon.start()
        before = (self.centre / "procedures.csv").read_bytes()
        wrong = self.longer(self.table("procedures.csv"))
        wrong[2][wrong[0].index("Mức độ trực tuyến")] = "cao"
        wrong[5][1] = ""
        brought = self.folder / "sai.csv"
        brought.write_text(text(wrong), encoding="utf-8", newline="")
        said = self.imported(brought, check=False)
        self.assertEqual((said.returncode, said.stdout), (1, ""))
        self.assertIn("sai.csv, dòng 3, cột «Mức độ trực tuyến»: «cao» không dùng được", said.stderr)
        self.assertIn("sai.csv, dòng 6, cột «Tên thủ tục»: không được để trống", said.stderr)
        missing = self.imported(self.folder / "khong-co.csv", check=False)
        self.assertEqual(missing.returncode, 1)
        self.assertIn("không đọc được tệp", missing.stderr)
        self.assertEqual(self.lists(), ["procedures.csv"])
        self.assertEqual((self.centre / "procedures.csv").read_bytes(), before)

    def on_a_small_disk(self):
        """The centre's folder on a disk of its own."""
        tables = self.folder / "tables"
        shutil.move(self.centre, tables)
        self.centre.mkdir()
        small_disk(self, self.centre, "1m")
        shutil.copytree(tables, self.centre, dirs_exist_ok=True)

    def test_what_keeps_it_from_being_written_is_said(self):
        self.on_a_small_disk()
        brought = self.folder / "danh-muc.csv"
        brought.write_text(text(self.longer(self.table("procedures.csv"))), encoding="utf-8", newline="")
        before = (self.centre / "procedures.csv").read_bytes()
        self.daemon.start()

        def refused(words, **more):
            said = self.imported(brought, check=False, **more)
            self.assertEqual(said.returncode, 1, said)
            self.assertEqual(len(said.stderr.strip().split("\n")), 1, said.stderr)
            for each in (words, "Danh mục đang dùng không đổi"):
                self.assertIn(each, said.stderr)
            self.assertEqual(self.lists(), ["procedures.csv"], "nothing is left behind")
            self.assertEqual((self.centre / "procedures.csv").read_bytes(), before)

        ballast = fill(self.centre)
        refused("đĩa đầy")
        # Room for the new list and not for the old one beside it.
        os.truncate(ballast, ballast.stat().st_size - 6 * 4096)
        refused("đĩa đầy")
        ballast.unlink()
        remount(self.centre, "ro")
        refused("ổ này chỉ đọc")
        remount(self.centre, "rw")
        if os.geteuid() == 0:
            # Somebody who may read everything and write nothing.
            for path in (self.folder, self.daemon.data):
                path.chmod(0o755)
            for path in self.daemon.data.glob("centre.sqlite*"):
                path.chmod(0o666)
            self.daemon.data.chmod(0o777)
            refused("không có quyền ghi", wrap=AS_NOBODY)
        self.assertIn("1 mới", self.imported(brought).stdout)
        with self.daemon.supervisor() as chief:
            until(lambda: NEW in self.procedures(chief), 20, "the running daemon has it")


if __name__ == "__main__":
    unittest.main()
