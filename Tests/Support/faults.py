"""The fault matrix: a test that plays a fault records what each person saw, and docs/fault-matrix.md is made of that.

In a test of the running daemon:

    from Support import faults

    faults.record("Máy in phiếu", "Hết giấy · paper out",
                  citizen="Máy lấy số báo: …", officer="–", supervisor="…", journal="print-printed")

Each value is what was really read from the screen, its stream or the journal while the fault stood, not what was
expected; leave out whoever sees nothing of it. Values must be the same on every run: no times, ports or numbers that
move. Without FAULTS_DIR in the environment nothing is written, so tests run alone as before.

Other languages write the same: one JSON object a line with device, fault, citizen, officer, supervisor, journal, test,
appended to any file *.jsonl in FAULTS_DIR.

    python3 -m Support.faults FOLDER --write docs/fault-matrix.md    rows of this run replace theirs, others stay
    python3 -m Support.faults FOLDER --check docs/fault-matrix.md    exit 1 where the document says something else
"""

import argparse
import inspect
import json
import os
import pathlib
import sys
import unicodedata

COLUMNS = ("device", "fault", "citizen", "officer", "supervisor", "journal", "test")
TITLES = {"device": "Thiết bị", "fault": "Sự cố", "citizen": "Công dân thấy", "officer": "Cán bộ thấy",
          "supervisor": "Phụ trách thấy", "journal": "Nhật ký ghi", "test": "Kiểm chứng"}
HEAD = """# Sự cố thiết bị: ai thấy gì · Fault matrix

Bảng này do các phép thử ghi ra khi chạy thật (`scripts/fault-matrix`); không sửa tay. «–»: không thấy gì, vì không cần.

*Written by the tests that played each fault (`scripts/fault-matrix`); do not edit. “–” means nothing is shown to that
person. Events of the journal are named as in it.*
"""


def record(device, fault, *, citizen="–", officer="–", supervisor="–", journal="–", test=None):
    """Notes one row, where FAULTS_DIR asks for it. `test` is found by itself."""
    folder = os.environ.get("FAULTS_DIR")
    if not folder:
        return
    row = dict(zip(COLUMNS, (device, fault, citizen, officer, supervisor, journal, test or _caller())))
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"python-{os.getpid()}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _caller():
    for frame in inspect.stack()[2:]:
        if frame.function.startswith("test"):
            return f"{pathlib.Path(frame.filename).name}: {frame.function}"
    return "–"


def recorded(folder):
    """(device, fault) → row, of all files in a folder."""
    rows = {}
    for file in sorted(pathlib.Path(folder).glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip():
                continue
            row = json.loads(line)
            strange = set(row) - set(COLUMNS)
            if strange or not row.get("device") or not row.get("fault"):
                raise SystemExit(f"{file}:{number}: needs device and fault, knows {', '.join(COLUMNS)}; got {line}")
            row = {column: _clean(row.get(column) or "–") for column in COLUMNS}
            key = row["device"], row["fault"]
            # The same fault may be played twice; two different tales of it are two rows' worth of trouble.
            if key in rows and {**rows[key], "test": ""} != {**row, "test": ""}:
                raise SystemExit(f"{file}:{number}: two tests tell differently of {key}:\n {rows[key]}\n {row}")
            rows.setdefault(key, row)
    return rows


def _clean(text):
    return unicodedata.normalize("NFC", " ".join(text.split())).replace("|", "∣")


def documented(path):
    """The rows of a document made before."""
    rows = {}
    if not path.exists():
        return rows
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == len(COLUMNS) and cells[0] not in (TITLES["device"], "---"):
            row = dict(zip(COLUMNS, cells))
            rows[row["device"], row["fault"]] = row
    return rows


def document(rows):
    lines = [HEAD, "| " + " | ".join(TITLES[column] for column in COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(rows[key][column] for column in COLUMNS) + " |" for key in sorted(rows)]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="python3 -m Support.faults")
    parser.add_argument("folder")
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--check", type=pathlib.Path)
    a = parser.parse_args()
    new = recorded(a.folder)
    path = a.write or a.check
    if path is None:
        parser.error("--write or --check")
    old = documented(path)
    if a.write:
        # A row whose test is gone or renamed goes with it: delete the document to make it all anew.
        path.write_text(document({**old, **new}), encoding="utf-8")
        print(f"{path}: {len(new)} rows of this run, {len(old.keys() - new.keys())} kept from before")
        return 0
    wrong = [key for key, row in new.items() if old.get(key) != row]
    for key in wrong:
        print(f"{path} says otherwise of {' – '.join(key)}\n  document: {old.get(key)}\n  this run: {new[key]}")
    if wrong:
        print("look whether that is meant; then scripts/fault-matrix writes it")
    missing = old.keys() - new.keys()
    if missing:
        print("not played in this run: " + "; ".join(" – ".join(key) for key in sorted(missing)))
    print(f"fault matrix: {len(new)} faults played, {len(wrong)} told differently from {path}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
