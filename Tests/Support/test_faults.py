"""The fault matrix's own bookkeeping."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from Support import faults

TESTS = pathlib.Path(__file__).resolve().parent.parent


class Matrix(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.document = self.folder / "matrix.md"
        before = os.environ.get("FAULTS_DIR")
        self.addCleanup(lambda: os.environ.pop("FAULTS_DIR", None) if before is None else os.environ.update(FAULTS_DIR=before))
        os.environ["FAULTS_DIR"] = str(self.folder / "run")

    def run_it(self, *arguments):
        return subprocess.run([sys.executable, "-m", "Support.faults", str(self.folder / "run"), *arguments],
                              cwd=TESTS, capture_output=True, text=True)

    def test_written_then_true_then_changed(self):
        faults.record("Máy in", "Hết giấy | out", supervisor="thay\n cuộn")
        self.assertEqual(self.run_it("--check", str(self.document)).returncode, 1)
        self.run_it("--write", str(self.document))
        text = self.document.read_text(encoding="utf-8")
        self.assertIn("thay cuộn", text)
        self.assertIn("test_faults.py: test_written_then_true_then_changed", text)
        self.assertEqual(self.run_it("--check", str(self.document)).returncode, 0)
        self.document.write_text(text.replace("thay cuộn", "không sao"), encoding="utf-8")
        self.assertIn("thay cuộn", self.run_it("--check", str(self.document)).stdout)

    def test_rows_of_other_runs_stay(self):
        faults.record("Đèn", "Rút dây")
        self.run_it("--write", str(self.document))
        for file in (self.folder / "run").iterdir():
            file.unlink()
        faults.record("Loa", "Tắt")
        self.run_it("--write", str(self.document))
        self.assertEqual(len(faults.documented(self.document)), 2)

    def test_two_tales_of_one_fault(self):
        faults.record("Loa", "Tắt", officer="thấy")
        faults.record("Loa", "Tắt", officer="không thấy")
        answer = self.run_it("--check", str(self.document))
        self.assertEqual(answer.returncode, 1)
        self.assertIn("two tests tell differently", answer.stderr)

    def test_nothing_without_a_folder(self):
        del os.environ["FAULTS_DIR"]
        faults.record("Loa", "Tắt")
        self.assertFalse((self.folder / "run").exists())


if __name__ == "__main__":
    unittest.main()
