"""Runs the tests of a folder and ends with one plain line: `python -m Faults`, `python -m Browser [-k NAME] [--long]`."""

import argparse
import os
import pathlib
import sys
import unittest


def main(package):
    parser = argparse.ArgumentParser(prog=f"python -m {package}")
    parser.add_argument("-k", dest="patterns", action="append", help="only tests with this in their name")
    parser.add_argument("--long", action="store_true", help="more kills, more commands")
    a = parser.parse_args()
    if a.long:
        os.environ["LONG"] = "1"
    top = pathlib.Path(__file__).resolve().parent.parent
    loader = unittest.TestLoader()
    if a.patterns:
        loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in a.patterns]
    result = unittest.TextTestRunner(verbosity=2).run(loader.discover(str(top / package), top_level_dir=str(top)))
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    passed = result.testsRun - failed - skipped
    sys.stdout.flush()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not result.testsRun else 0
