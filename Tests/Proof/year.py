"""A year to be scored: simulated days, a provincial register of known make, points; and what follows from the raw tables."""

import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import tempfile
import unittest.mock

from Support import centre
from Support.daemon import Daemon, binary

DAY = 86_400_000
EPOCH = datetime.date(1970, 1, 1)
HEADS = ["Mã hồ sơ", "Mã TTHC", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả kết quả", "Trạng thái",
         "Hình thức nộp", "Số hóa", "VNeID"]


def today():
    """At the centre."""
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=centre.utc_offset())).date()


def share(folder):
    """The sample centre, some of whose procedures can be done online from end to end."""
    for name in ("kiosk", "devices"):
        (folder / name).symlink_to(centre.ROOT / name)
    shutil.copytree(centre.ROOT / "centre", folder / "centre")
    file = folder / "centre" / "procedures.csv"
    with open(file, encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows[::2]:
        row["Mức độ trực tuyến"] = "toàn trình"
    with open(file, "w", encoding="utf-8-sig", newline="") as text:
        out = csv.DictWriter(text, rows[0].keys())
        out.writeheader()
        out.writerows(rows)
    return [row["Mã TTHC"] for row in rows], {row["Mã TTHC"] for row in rows[::2]}


def register(file, procedures, count, last, seed):
    """Rows as a province exports them: most in time, some late, overdue, refused, without a column."""
    chance = random.Random(seed)
    with open(file, "w", encoding="utf-8", newline="") as text:
        out = csv.writer(text)
        out.writerow(HEADS)
        for n in range(count):
            received = last - datetime.timedelta(days=chance.randrange(1, 120))
            due = received + datetime.timedelta(days=chance.choice([0, 1, 3, 5, 10]))
            late = chance.random() < 0.06
            done = min(received + datetime.timedelta(days=chance.randrange(0, (due - received).days + 1)), last)
            finished, state = done, "Đã trả kết quả"
            if late:
                finished, state = (None, "Đang xử lý") if chance.random() < 0.4 else (
                    min(due + datetime.timedelta(days=1 + chance.randrange(4)), last), "Đã xử lý xong")
            elif chance.random() < 0.04:
                finished, state = None, chance.choice(["Từ chối tiếp nhận", "Rút hồ sơ", "Mới đăng ký", "Đang xử lý"])
            paper = lambda day: day.strftime("%d/%m/%Y") if day else ""
            out.writerow([
                f"H17.{received:%y%m%d}-{n:05}", chance.choice(procedures), paper(received),
                paper(due) if chance.random() < 0.97 else "", paper(finished),
                paper(finished) if state == "Đã trả kết quả" else "", state,
                chance.choice(["Trực tiếp", "Trực tuyến", "Trực tuyến", "Bưu chính công ích", ""]),
                chance.choice(["Có", "Có", "Không", ""]), chance.choice(["Có", "Không", ""])])


class Year:
    """`folder` holds `data/centre.sqlite` and `share`; `last` is the last day that has something."""

    def __init__(self, days=20, visits=80, dossiers=900, seed=5049):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-year-"))
        try:
            self.share = self.folder / "share"
            self.share.mkdir()
            self.procedures, self.online = share(self.share)
            self.data = self.folder / "data"
            self.data.mkdir()
            self.last = today()
            self._simulate(days, visits, seed)
            register(self.folder / "register.csv", self.procedures, dossiers, self.last, seed)
            self.run("dossiers", "import", self.folder / "register.csv", "--data", self.data, codes=(0, 2))
            self._score()
        except BaseException:
            self.close()
            raise

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, codes=(0,)):
        done = subprocess.run([binary(), *map(str, command), "--share", str(self.share)], capture_output=True, text=True,
                              timeout=600)
        if codes is not None and done.returncode not in codes:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def _simulate(self, days, visits, seed):
        settings = centre.settings(hours=("07:30-11:30", "13:30-17:00"))
        config = centre.write(self.folder / "centre.yaml", settings)
        begin = self.last - datetime.timedelta(days=days + 5)
        self.run("simulate", "--days", days, "--seed", seed, "--into", self.data / "centre.sqlite", "--from", begin,
                 "--config", config, "--visits", visits)

    def _score(self):
        with unittest.mock.patch.dict(os.environ, MOTCUA_SHARE=str(self.share)):
            self._give(Daemon(centre.settings(), folder=self.folder))

    def _give(self, daemon):
        daemon.start()
        try:
            with daemon.supervisor() as boss:
                year = self.last.year
                for item, points in (("I.1.1", 1), ("I.1.2", 1), ("I.2.2", 1.5)):
                    answer = boss.post(f"score/{year}/points", {
                        "item": item, "points": points, "reason": "Đã niêm yết, kiểm tra ngày cuối quý", "seen": 0,
                        "evidence": [{"words": "Ảnh bảng niêm yết <tầng 1> & sơ đồ"}]})
                    assert answer.status == 200, answer
                self.page = boss.get(f"score/{year}").body
        finally:
            daemon.stop()

    def export(self, name, until=None, data=None):
        out = self.folder / name
        self.run("score", "--year", self.last.year, "--until", until or self.last, "--out", out, "--data",
                 data or self.data)
        return out

    def anchor(self, until=None):
        return self.run("journal", "head", "--until", until or self.last, "--data", self.data).stdout.strip()

    def verify(self, folder, *anchors):
        """(exit code, what was said)"""
        more = [part for anchor in anchors for part in ("--anchor", anchor)]
        done = self.run("journal", "verify", folder, *more, codes=None)
        return done.returncode, done.stdout + done.stderr

    # Once more, from the raw tables, by nobody's code but this.

    def figures(self):
        """Each figure as (numerator, denominator)."""
        link = sqlite3.connect(f"file:{self.data}/centre.sqlite?mode=ro", uri=True)
        one = lambda sql, *values: link.execute(sql, values).fetchone()
        first = (datetime.date(self.last.year, 1, 1) - EPOCH).days
        last = (self.last - EPOCH).days
        offset = centre.utc_offset() * 3_600_000
        day = lambda ms: (ms + offset) // DAY
        told = {
            "issued": one("SELECT count(*) FROM visit WHERE day BETWEEN ? AND ?", first, last)[0],
            "SATISFACTION": one(
                "SELECT sum(handling >= 4), count(*) FROM rating r JOIN ratingBatch b ON b.id = r.batch "
                "WHERE b.closedDay BETWEEN ? AND ? AND b.scale = 5", first, last),
        }
        rows = [json.loads(value) for (value,) in link.execute("SELECT value FROM registerNow")]
        known = {row["code"] for row in rows}
        own = [json.loads(value) for (value,) in link.execute("SELECT value FROM dossier")]
        assert not known & {row["code"] for row in own}, "a dossier of both needs the rules of joining"
        link.close()
        count = {name: [0, 0] for name in ("ONTIME", "OVERDUE_TWICE", "ONLINE", "DIGITISATION", "VNEID", "APOLOGY",
                                           "SAMEDAY")}

        def add(name, yes):
            count[name][0] += bool(yes)
            count[name][1] += 1

        for row in rows + own:
            if row.get("receivedAt") is None or not first <= day(row["receivedAt"]) <= last:
                continue
            done, handed = row.get("finishedAt"), row.get("handedOverAt")
            state = row.get("state") or ("handedOver" if handed else "finished" if done else "received")
            if state in ("registered", "refused", "annulled"):
                continue
            moves = row.get("reappointments", row.get("moves", []))
            due = row.get("due") and (datetime.date.fromisoformat(row["due"]["day"]) - EPOCH).days
            kept = None
            if state not in ("withdrawn", "returned") and due is not None:
                if done is not None:
                    kept = day(done) <= due
                elif state == "handedOver":
                    kept = True if handed and day(handed) <= due else None
                elif state == "finished":
                    kept = True if last <= due else None
                elif last > due:
                    kept = False
            if kept is not None:
                add("ONTIME", kept)
            add("OVERDUE_TWICE", len(moves) > 1)
            if row.get("procedure") in self.online and row.get("channel") not in (None, "unknown"):
                add("ONLINE", row["channel"] == "online")
            for name, field in (("DIGITISATION", "digitised"), ("VNEID", "vneid")):
                if row.get(field) is not None:
                    add(name, row[field])
            if kept is False or moves:
                add("APOLOGY", row.get("apologies"))
        told.update({name: tuple(pair) for name, pair in count.items() if name != "SAMEDAY"})
        return told
