"""Runs the tests of a folder and ends with one plain line: `python -m Faults`, `python -m Browser [-k NAME] [--long]`, or as
scripts/test does `python -m Support.runner Faults`.

What could not run says why. On a machine that decides whether a change is good (`CI` is set) it counts as failed."""

import argparse
import os
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parent.parent


def outcome(result):
    """What a run comes to, told in one line after the reasons of what was left out; 0 is good."""
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    sys.stderr.flush()
    for test, why in result.skipped:
        print(f"not run: {test}: {why}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed" + (f", {skipped} not run" if skipped else ""), flush=True)
    return 1 if failed or not result.testsRun or skipped and os.environ.get("CI") else 0


def main(package=None):
    parser = argparse.ArgumentParser(prog=f"python -m {package or 'Support.runner'}")
    if package is None:
        parser.add_argument("package", help="a folder of Tests")
    parser.add_argument("-k", dest="patterns", action="append", help="only tests with this in their name")
    parser.add_argument("-v", dest="verbose", action="store_true", help="name each test")
    parser.add_argument("--long", action="store_true", help="more kills, more commands")
    a = parser.parse_args()
    if a.long:
        os.environ["LONG"] = "1"
    loader = unittest.TestLoader()
    if a.patterns:
        loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in a.patterns]
    folder = TESTS / (package or a.package)
    # A folder that is no package is on the path itself.
    top = TESTS if (folder / "__init__.py").exists() else folder
    tests = loader.discover(str(folder), top_level_dir=str(top))
    return outcome(unittest.TextTestRunner(verbosity=2 if a.verbose or package else 1).run(tests))


if __name__ == "__main__":
    sys.exit(main())
