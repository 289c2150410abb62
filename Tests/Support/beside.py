"""Runs each file of tests of a folder in a process of its own, all at once: `python -m Support.beside Messages`. For tests
that mostly wait, and that share nothing but the processor.

What each one says is printed whole as soon as it has ended. 1 where one of them fails or has no tests, or where the folder
has no files of tests.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
# A file without tests is a failure of its own: unittest says so by its exit only from 3.12 on.
PROGRAM = """
import sys, unittest
sys.path.insert(1, sys.argv[2])
from Support.runner import outcome
result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromName(sys.argv[1]))
if not result.testsRun:
    sys.exit("no tests in " + sys.argv[1])
sys.exit(outcome(result))
"""


def run(names, folder):
    """Module → how it ended, of all of them; `folder` is where they are imported from."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="motcua-beside-") as logs:
        running, ended = {}, {}
        try:
            for name in names:
                with open(pathlib.Path(logs) / name, "wb") as log:
                    running[name] = subprocess.Popen(
                        [sys.executable, "-c", PROGRAM, name, str(TESTS)], cwd=folder, stdout=log, stderr=subprocess.STDOUT)
            while running:
                for name in [each for each, process in running.items() if process.poll() is not None]:
                    ended[name] = running.pop(name).returncode
                    said = (pathlib.Path(logs) / name).read_text(encoding="utf-8", errors="replace")
                    how = "ok" if ended[name] == 0 else f"FAILED ({ended[name]})"
                    print(f"--- {name}: {how}, {time.monotonic() - began:.0f} s\n{said}", end="", flush=True)
                time.sleep(0.1)
        finally:
            for process in running.values():
                process.kill()
                process.wait()
    return ended


def main():
    parser = argparse.ArgumentParser(prog="python -m Support.beside")
    parser.add_argument("package", help="a folder of Tests")
    parser.add_argument("--top", type=pathlib.Path, default=TESTS, help="where that folder lies")
    a = parser.parse_args()
    names = [f"{a.package}.{each.stem}" for each in sorted((a.top / a.package).glob("test_*.py"))]
    if not names:
        print(f"no tests in {a.top / a.package}", file=sys.stderr)
        return 1
    ended = run(names, a.top)
    failed = [name for name in names if ended[name] != 0]
    print(f"{a.package}: {len(names) - len(failed)} files passed, {len(failed)} failed" + "".join(f"\n  {each}" for each in failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
