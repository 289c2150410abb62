"""Files of tests beside each other: none of them may fail, or be empty, without being heard."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent
TEST = "import unittest\nclass One(unittest.TestCase):\n    def test_it(self):\n        "


class Beside(unittest.TestCase):
    def outcome(self, env=None, /, **files):
        with tempfile.TemporaryDirectory() as top:
            folder = pathlib.Path(top) / "Some"
            folder.mkdir()
            (folder / "__init__.py").touch()
            for name, text in files.items():
                (folder / f"{name}.py").write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, "-m", "Support.beside", "Some", "--top", top], cwd=TESTS,
                                  env={**os.environ, **(env or {})},
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return done.returncode, done.stdout

    def test_all_pass_and_are_heard_whole(self):
        code, said = self.outcome(test_a=TEST + "print('the one')", test_b=TEST + "print('the other\\n' * 3000)")
        self.assertEqual(code, 0, said)
        self.assertIn("the one\n", said)
        self.assertEqual(said.count("the other\n"), 3000)
        self.assertTrue(said.endswith("Some: 2 files passed, 0 failed\n"), said[-200:])

    def test_one_fails(self):
        code, said = self.outcome(test_a=TEST + "pass", test_b=TEST + "self.fail('no good')")
        self.assertEqual(code, 1, said)
        self.assertIn("no good", said)
        self.assertTrue(said.endswith("Some: 1 files passed, 1 failed\n  Some.test_b\n"), said[-200:])

    def test_one_is_killed_or_does_not_even_load(self):
        code, said = self.outcome(test_a=TEST + "import os; os.kill(os.getpid(), 9)", test_b="import nothing_of_that_name")
        self.assertEqual(code, 1, said)
        self.assertIn("Some.test_a: FAILED (-9)", said)
        self.assertIn("Some: 0 files passed, 2 failed", said)

    def test_one_has_no_tests(self):
        code, said = self.outcome(test_a=TEST + "pass", test_b="")
        self.assertEqual(code, 1, said)
        self.assertIn("no tests in Some.test_b", said)

    def test_what_could_not_run_says_why_and_is_no_pass_where_it_matters(self):
        left_out = TEST + "self.skipTest('no such printer here')"
        for where, wanted in (("", 0), ("true", 1)):
            code, said = self.outcome({"CI": where}, test_a=left_out)
            self.assertEqual(code, wanted, said)
            self.assertIn("One.test_it): no such printer here\n0 passed, 0 failed, 1 not run", said)

    def test_there_are_no_files(self):
        code, said = self.outcome()
        self.assertEqual(code, 1, said)
        self.assertIn("no tests in", said)


if __name__ == "__main__":
    unittest.main()
