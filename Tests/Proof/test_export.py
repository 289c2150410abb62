"""The year's folder for the city: its figures against the raw tables, its papers, and that it stays the same."""

import csv
import filecmp
import hashlib
import json
import re
import subprocess
import unittest

from Proof.year import Year
from Support import centre


def shares(sealed):
    told = json.loads((sealed / "so-lieu.json").read_text())
    return {
        figure["figure"]: (figure["share"]["numerator"], figure["share"]["denominator"])
        for figure in told["figures"] if "share" in figure}


def expected_names(counts, told):
    return set(counts) | set(told)


class Export(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.year = Year()
        cls.addClassCleanup(cls.year.close)
        cls.out = cls.year.export("ho-so")
        cls.sealed = cls.out / "niem-phong"

    def test_each_figure_follows_from_the_events(self):
        figures = {f["figure"]: f for f in json.loads((self.sealed / "so-lieu.json").read_text())["figures"]}
        told, (expected, counts) = shares(self.sealed), self.year.figures()
        for name, pair in expected.items():
            self.assertEqual(told.get(name), tuple(pair), name)
            self.assertGreater(pair[1], 0, name)
        for name, expected in counts.items():
            self.assertEqual({c["key"]: c["n"] for c in figures[name]["counts"]}, expected, name)
            self.assertGreater(sum(expected.values()), 0, name)
        # What a person supplies and what comes later have none; each of the others was computed twice.
        computed = {name for name, f in figures.items() if f["source"] in ("daemon", "register")}
        self.assertEqual(computed, expected_names(counts, told))

    def test_figures_are_those_of_the_page(self):
        # A figure whose records the replay forgot would be missing here.
        told = json.loads((self.sealed / "so-lieu.json").read_text())["figures"]
        strip = lambda all: [{k: v for k, v in figure.items() if k != "until"} for figure in all]
        self.assertEqual(strip(told), strip(self.year.page["figures"]))

    def test_rows_add_up_to_their_figure(self):
        figures = {f["figure"]: f for f in json.loads((self.sealed / "so-lieu.json").read_text())["figures"]}
        names = json.loads((centre.ROOT / "kiosk/shared/words.vi.json").read_text())["supervisor"]
        column = lambda key: names.get(f"figure.count.{key}.unit", names[f"figure.count.{key}"]).capitalize()
        seen = set()
        for file in self.sealed.glob("minh-chung/*/*.csv"):
            with open(file, encoding="utf-8-sig", newline="") as text:
                rows = list(csv.DictReader(text))
            figure = figures[file.stem]
            counts = {each["key"]: each["n"] for each in figure["counts"]} | figure.get("share", {})
            for key, n in counts.items():
                unit = 3600 if key.endswith("Hours") else 1
                self.assertEqual(sum(int(row[column(key)]) for row in rows) // unit, n, f"{file} {key}")
            seen.add(file.stem)
        with_data = {name for name, figure in figures.items() if figure.get("share") or figure["counts"]}
        self.assertEqual(seen, with_data)
        self.assertLessEqual({"ONTIME", "ONLINE", "DIGITISATION", "VNEID", "APOLOGY", "TICKETS", "SATISFACTION", "COUNTER_LOG"}, seen)

    def test_the_same_day_gives_the_same_bytes(self):
        again = self.year.export("lan-hai") / "niem-phong"
        files = sorted(str(f.relative_to(self.sealed)) for f in self.sealed.rglob("*") if f.is_file())
        self.assertEqual(files, sorted(str(f.relative_to(again)) for f in again.rglob("*") if f.is_file()))
        same, different, odd = filecmp.cmpfiles(self.sealed, again, files, shallow=False)
        self.assertEqual((len(same), different, odd), (len(files), [], []))

    def test_attached_files_lie_in_the_folder_and_the_journal_vouches_for_them(self):
        found = sorted(str(f.relative_to(self.sealed)) for f in self.sealed.glob("minh-chung/*/tai-lieu/*"))
        self.assertEqual([name.split("/", 2)[2] for name in found],
                         ["tai-lieu/01_quyet-dinh-so-12-ban-quet.pdf", "tai-lieu/02_anh.jpg"])
        listed = {f["name"]: f["sha256"] for f in json.loads((self.sealed / "muc-luc.json").read_text())["files"]}
        for name in found:
            self.assertEqual((self.sealed / name).read_bytes(), self.year.attached)
            self.assertEqual(listed[name], hashlib.sha256(self.year.attached).hexdigest())
        # The one that vanished is named, when it is made and when it is checked.
        lost = json.loads((self.sealed / "muc-luc.json").read_text())["missing"]
        self.assertEqual([name.split("/", 2)[2] for name in lost], ["tai-lieu/01_anh.pdf"])
        said = self.year.run("score", "--year", self.year.last.year, "--until", self.year.last, "--out",
                             self.year.folder / "lan-ba", "--data", self.year.data).stdout
        self.assertIn(f"thiếu: {lost[0]}", said)
        code, said = self.year.verify(self.out, self.year.anchor(), options=("--files",))
        self.assertEqual(code, 0, said)
        self.assertIn(f"tệp đính kèm không có trong hồ sơ: {lost[0]}", said)
        # What only the list of contents vouches for is said by name.
        parts = dict(zip(("chain", "event", "remade", "list"),
                         re.split(r"\n(?=\S[^\n]*: \d+ tệp)", said[said.index("chuỗi băm"):])))
        self.assertIn("nguon/nhat-ky.txt", parts["chain"])
        for name in ("nguon/danh-gia.txt", "nguon/so-ho-so.txt", *found):
            self.assertIn(f"  {name}\n", parts["event"] + "\n")
        self.assertIn("so-lieu.json", parts["remade"])
        self.assertIn("  nguon/bang/procedures.csv", parts["list"])
        self.assertNotIn("minh-chung", parts["list"])
        everything = {str(f.relative_to(self.sealed)) for f in self.sealed.rglob("*") if f.is_file()}
        told = {line.strip() for line in said.splitlines() if line.startswith("  ")}
        self.assertEqual(told, everything - {"muc-luc.json", "muc-luc.json.sha256"})

    def test_never_overwrites(self):
        done = self.year.run("score", "--year", self.year.last.year, "--out", self.out, "--data", self.year.data,
                             codes=(1,))
        self.assertIn("không bao giờ bị ghi đè", done.stderr)
        self.assertEqual(self.year.verify(self.out)[0], 2)

    def test_a_year_without_data_is_refused(self):
        done = self.year.run("score", "--year", self.year.last.year + 1, "--out", self.year.folder / "rong", "--data",
                             self.year.data, codes=(1,))
        self.assertIn("nằm trước năm", done.stderr)
        self.assertFalse((self.year.folder / "rong").exists())

    def test_one_folder_for_each_item_with_its_cover(self):
        folders = sorted((self.sealed / "minh-chung").iterdir())
        self.assertEqual([f.name[:2] for f in folders], [f"{n:02}" for n in range(1, len(folders) + 1)])
        for folder in folders:
            self.assertTrue((folder / "bia.pdf").read_bytes().startswith(b"%PDF"), folder)
            self.assertTrue(folder.name.isascii(), folder)
        cover = next(f for f in folders if "_II.8_" in f.name) / "bia.pdf"
        text = subprocess.run(["pdftotext", "-layout", cover, "-"], capture_output=True, text=True, check=True).stdout
        numerator, denominator = shares(self.sealed)["ONTIME"]
        for words in (f"{numerator}", f"{denominator}", "Phần không tính", "SHA-256", "Sự kiện 1 đến"):
            self.assertIn(words, text)

    def test_papers_open_in_an_office_program(self):
        folder = self.year.folder / "mo-thu"
        files = [*(self.out / "ban-thao").glob("*.odt"), self.sealed / "bang-tu-cham-diem.xlsx"]
        self.assertEqual(len(files), 3)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir",
             folder, *files], capture_output=True, timeout=180, check=True)
        said = {
            # As it stands on the page: a table is read line by line, whatever the heights of its rows.
            name: " ".join(subprocess.run(["pdftotext", *options, folder / f"{name}.pdf", "-"], capture_output=True,
                                          text=True, check=True).stdout.split())
            for name, options in (("to-trinh", ()), ("bao-cao", ()), ("bang-tu-cham-diem", ("-layout",)))}
        seal = (self.sealed / "muc-luc.json.sha256").read_text()[:64]
        self.assertIn(seal, said["to-trinh"].replace(" ", ""))
        self.assertIn("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", said["to-trinh"])
        self.assertIn("3,50 (còn mục chưa chấm)/100 điểm", said["bao-cao"])
        # Computed by LibreOffice from the rows.
        self.assertRegex(said["bang-tu-cham-diem"], r"Tổng cộng 100 3[.,]5\b")
