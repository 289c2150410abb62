"""Whatever is changed in the sealed part is named, and a chain rewritten as a whole does not fit what left the house."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import unittest

from Proof import forge
from Proof.year import Year
from Support import centre
from Support.daemon import binary

FLIPS = 200


class Tamper(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.year = Year(days=8, visits=60, dossiers=200)
        cls.addClassCleanup(cls.year.close)
        cls.sealed = cls.year.export("ho-so") / "niem-phong"
        cls.anchor = cls.year.anchor()

    def copy(self):
        target = self.year.folder / "ban-sao"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.sealed, target)
        return target

    def test_whole_and_anchored_is_good(self):
        code, said = self.year.verify(self.sealed, self.anchor)
        self.assertEqual(code, 0, said)
        # As it stands on paper, in groups and lines.
        word, day, seq, digits = self.anchor.split()
        groups = "\n".join(digits[n:n + 4] for n in range(0, 64, 4))
        self.assertEqual(self.year.verify(self.sealed, f"{day} {seq} {groups}")[0], 0)

    def test_without_an_anchor_it_is_never_good(self):
        code, said = self.year.verify(self.sealed)
        self.assertEqual(code, 2, said)
        self.assertIn("CHƯA CÓ NEO", said)

    def test_what_the_timer_sends_out_is_an_anchor(self):
        unit = (centre.ROOT / "systemd" / "motcua-anchor.service").read_text()
        shell = next(line for line in unit.splitlines() if line.startswith("ExecStart=")).split("-c ", 1)[1].strip("'")
        shell = shell.replace("%%", "%").replace("/usr/bin/motcua", binary()).replace(
            "--data /var/lib/motcua", f"--data {self.year.data} --share {self.year.share}")
        file = self.year.folder / "neo.txt"
        for _ in range(2):
            subprocess.run(["/bin/sh", "-c", shell], env={**os.environ, "ANCHOR_FILE": str(file)}, check=True)
        first, second = file.read_text().splitlines()
        self.assertEqual(first, second)
        self.assertEqual(self.year.verify(self.sealed, first)[0], 0)

    def test_an_old_anchor_holds_a_part(self):
        link = sqlite3.connect(self.year.data / "centre.sqlite")
        seq, digest = link.execute("SELECT seq, lower(hex(hash)) FROM journal WHERE type = 'day-closed' LIMIT 1").fetchone()
        link.close()
        code, said = self.year.verify(self.sealed, f"NEO {self.year.last} {seq} {digest}")
        self.assertEqual(code, 3, said)

    def test_one_byte_anywhere(self):
        chance = random.Random(5049)
        files = sorted(f for f in self.sealed.rglob("*") if f.is_file())
        target = self.copy()
        # Half anywhere in the bytes, half in any of the files, so that the small ones have their turn.
        weights = [f.stat().st_size for f in files]
        for n in range(FLIPS):
            file = chance.choices(files, weights)[0] if n % 2 else chance.choice([f for f in files if f.stat().st_size])
            name = str(file.relative_to(self.sealed))
            at = chance.randrange(file.stat().st_size)
            with open(target / name, "r+b") as there:
                there.seek(at)
                was = there.read(1)
                there.seek(at)
                there.write(bytes([was[0] ^ (1 << chance.randrange(8))]))
            code, said = self.year.verify(target, self.anchor)
            self.assertEqual(code, 1, f"{name}, byte {at}: {said}")
            self.assertIn("muc-luc.json" if name.startswith("muc-luc") else name, said)
            with open(target / name, "r+b") as there:
                there.seek(at)
                there.write(was)
        self.assertEqual(self.year.verify(target, self.anchor)[0], 0)

    def test_a_list_made_to_fit_does_not_help(self):
        """Each file changed in its sense, with a list of contents that says it is right."""
        def text(name, old, new):
            def change(folder):
                file = next(folder.glob(name))
                was = file.read_bytes().decode()
                self.assertIn(old, was)
                file.write_bytes(was.replace(old, new, 1).encode())
                return str(file.relative_to(folder)), was[:was.index(old)].count("\n") + 1
            return change

        def page(folder):
            file = next(folder.glob("minh-chung/*/bia.pdf"))
            other = sorted(folder.glob("minh-chung/*/bia.pdf"))[-1]
            shutil.copyfile(other, file)
            return str(file.relative_to(folder)), None

        def extra(folder):
            (folder / "them.txt").write_text("minh chứng thêm\n")
            return "them.txt", None

        def gone(folder):
            file = next(folder.glob("minh-chung/*_II.8_*/ONTIME.csv"))
            file.unlink()
            return str(file.relative_to(folder)), None

        def scan(folder):
            # Of the same length, and listed; the journal has another hash.
            file = next(folder.glob("minh-chung/*/tai-lieu/*.pdf"))
            file.write_bytes(b"%PDF-1.4" + file.read_bytes()[8:])
            return str(file.relative_to(folder)), None

        def no_scan(folder):
            file = next(folder.glob("minh-chung/*/tai-lieu/*.pdf"))
            file.unlink()
            return str(file.relative_to(folder)), None

        rating = (self.sealed / "nguon/danh-gia.txt").read_text().split("\n")[0]
        better = rating.split("\t")
        better[4] = "5" if better[4] != "5" else "4"
        event = (self.sealed / "nguon/nhat-ky.txt").read_text().split("\n")[40]
        for change in (
                text("so-lieu.json", '"denominator" : ', '"denominator" : 1'),
                text("bang-tu-cham-diem.csv", "100", "101"),
                text("minh-chung/*_II.8_*/ONTIME.csv", ",0\r\n", ",1\r\n"),
                text("nguon/danh-gia.txt", rating, "\t".join(better)),
                text("nguon/so-ho-so.txt", '"channel":"counter"', '"channel":"online"'),
                text("nguon/nhat-ky.txt", event, event.replace("{", "{ ", 1)),
                text("nguon/nhat-ky.txt", event + "\n", ""), page, extra, gone, scan, no_scan):
            folder = self.copy()
            name, line = change(folder)
            forge.reseal(folder)
            code, said = self.year.verify(folder, self.anchor)
            self.assertEqual(code, 1, f"{name}: {said}")
            self.assertIn(name, said)
            if line and not name.endswith(("danh-gia.txt", "so-ho-so.txt")):
                self.assertIn(f"{name}, dòng {line}", said)

    def test_a_chain_rewritten_as_a_whole(self):
        """With the database behind it: the forged folder is whole in itself, and only the anchor knows."""
        for change in (forge.delete_overdue, forge.move_due_date, forge.drop_bad_rating, forge.another_hour,
                       forge.forget_the_end):
            with self.subTest(change.__name__):
                data = self.year.folder / change.__name__
                data.mkdir()
                # Through SQLite, so that what is still in the log comes along.
                source = sqlite3.connect(self.year.data / "centre.sqlite")
                target = sqlite3.connect(data / "centre.sqlite")
                source.backup(target)
                source.close()
                target.close()
                forge.rewrite(data / "centre.sqlite", change)
                forged = self.year.export(f"gia-{change.__name__}", data=data)
                code, said = self.year.verify(forged)
                self.assertEqual(code, 2, said)
                code, said = self.year.verify(forged, self.anchor)
                self.assertEqual(code, 1, said)
                # Shorter by an event, or as long and other.
                self.assertRegex(said, "đã bị cắt|đã bị viết lại")
                if change in (forge.delete_overdue, forge.move_due_date):
                    # It was worth the trouble: the figure is better.
                    good = self.share(self.sealed, "ONTIME")
                    self.assertGreater(self.share(forged / "niem-phong", "ONTIME"), good)

    @staticmethod
    def share(sealed, name):
        figures = json.loads((sealed / "so-lieu.json").read_text())["figures"]
        told = next(f for f in figures if f["figure"] == name)["share"]
        return told["numerator"] / told["denominator"]
