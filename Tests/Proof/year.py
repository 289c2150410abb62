"""A year to be scored: simulated days, a provincial register of known make, points; and what follows from the raw tables."""

import csv
import datetime
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import tempfile
import urllib.parse
import unittest.mock

from Figures import made
from Figures.raw import number
from Figures.recount import Recount
from Support import centre
from Support.daemon import Daemon

HEADS = ["Mã hồ sơ", "Mã TTHC", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý", "Ngày trả kết quả", "Trạng thái",
         "Hình thức nộp", "Số hóa", "VNeID"]


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
        row["Mẫu đơn"] = f"https://dichvucong.gov.vn/tthc/{row['Mã TTHC']}"
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

# A scan somebody attached: larger than what is copied at once.
SCAN = b"%PDF-1.7\n" + random.Random(1).randbytes(3_000_000)


# A commune's real year has some 60,000 visits; a tenth of it has everything a year has.
VISITS = 230 if os.environ.get("LONG") else 25


class Year:
    """`folder` holds `data/centre.sqlite` and `share`; `first` to `last` are the days that have something: all of the year
    that are over, or the last `days`."""

    def __init__(self, days=None, visits=VISITS, dossiers=900, seed=5049):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-year-"))
        try:
            self.share = self.folder / "share"
            self.share.mkdir()
            self.procedures, self.online = share(self.share)
            self.data = self.folder / "data"
            self.data.mkdir()
            self.last = centre.today()
            if not days and self.last.month < 3:
                # Too little of the new year to be scored: the one before is.
                self.last = datetime.date(self.last.year - 1, 12, 31)
            self.first = self.last - datetime.timedelta(days=days - 1) if days else datetime.date(self.last.year, 1, 1)
            self.settings = made.settings(self.share / "centre", self.first, self.last)
            made.simulate(self.share, self.settings, self.folder / "centre.yaml", self.data / "centre.sqlite", self.first,
                          self.last, visits, seed)
            register(self.folder / "register.csv", self.procedures, dossiers, self.last, seed)
            self.run("dossiers", "import", self.folder / "register.csv", "--data", self.data, codes=(0, 2))
            self._score()
        except BaseException:
            self.close()
            raise

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, codes=(0,)):
        return made.motcua(self.share, *command, codes=codes)

    def _score(self):
        with unittest.mock.patch.dict(os.environ, MOTCUA_SHARE=str(self.share)):
            self._give(Daemon(self.settings, folder=self.folder))

    def _give(self, daemon):
        daemon.start()
        try:
            with daemon.supervisor() as boss:
                year = self.last.year
                self.attached, self.lost = SCAN, b"%PDF-1.7 gone before the export"
                for item, points, files in (("I.1.1", 1, [("Quyết định số 12 (bản quét).PDF", self.attached)]),
                                            ("I.1.2", 1, []),
                                            ("I.2.2", 1.5, [("ảnh.pdf", self.lost), ("ảnh.jpg", self.attached)])):
                    evidence = [{"words": "Ảnh bảng niêm yết <tầng 1> & sơ đồ"}]
                    for name, contents in files:
                        kept = boss.post(f"score/{year}/files?name={urllib.parse.quote(name)}", raw=contents)
                        assert kept.status == 201, kept
                        evidence.append({"words": name, "file": kept.body})
                    answer = boss.post(f"score/{year}/points", {
                        "item": item, "points": points, "reason": "Đã niêm yết, kiểm tra ngày cuối quý", "seen": 0,
                        "evidence": evidence})
                    assert answer.status == 200, answer
                (self.data / "minh-chung" / hashlib.sha256(self.lost).hexdigest()).unlink()
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

    def verify(self, folder, *anchors, options=()):
        """(exit code, what was said)"""
        more = [part for anchor in anchors for part in ("--anchor", anchor)]
        done = self.run("journal", "verify", folder, *more, *options, codes=None)
        return done.returncode, done.stdout + done.stderr

    # Once more, from events and raw rows, by nobody's code but this.

    def figures(self):
        """(shares, counts): what is in the figures that the daemon counts by itself, dossiers of the register included."""
        raw = Recount(self.data / "centre.sqlite", self.settings, self.share / "centre", centre.utc_offset())
        first, last = number(datetime.date(self.last.year, 1, 1)), number(self.last)
        now = datetime.datetime.now(datetime.timezone.utc).timestamp() * 1000
        count, shares = raw.casework(first, last, now, self.online)
        shares["ONLINE"] = shares.pop("ONLINE_FULL")
        self._register(raw, first, last, count, shares)
        reception, handling = raw.levels(first, last)
        shares["SATISFACTION"] = (sum(handling[:2]), sum(handling))
        shares["CHECKLIST"] = raw.checklist(first, last)
        linked = [row for row in raw.table("procedures.csv") if row["Mẫu đơn"].startswith("http")]
        shares["QR"] = (len(linked), len(raw.table("procedures.csv")))
        shares["HOME"], home = raw.home(first, last)
        queue = raw.queue(first, last)
        return shares, {
            "TICKETS": {name: queue[name] for name in ("issued", "served", "noShow")},
            "SATISFACTION": {"receptionSatisfied": sum(reception[:2])},
            "ONTIME": {name: count[name] for name in ("early", "onDay", "late", "overdue")},
            "OVERDUE_TWICE": {"reappointed": count["reappointed"]}, "SAMEDAY": {
                "sameDayReady": count["sameDay ready"], "sameDayBroken": count["sameDay broken"],
                "afterCutoff": count["afterCutoff"]},
            "COUNTER_LOG": raw.counter_log(first, last), "SUPPORT": raw.support(first, last),
            "LETTERS": raw.letter_counts(self.last.year), "HOME": home}

    def _register(self, raw, first, last, count, shares):
        """Adds the rows of the province's register to what the centre's own dossiers make."""
        link = sqlite3.connect(f"file:{self.data}/centre.sqlite?mode=ro", uri=True)
        rows = [json.loads(value) for (value,) in link.execute("SELECT value FROM registerNow")]
        link.close()
        assert not {row["code"] for row in rows} & {d["code"] for d in raw.dossiers.values()}, \
            "a dossier of both needs the rules of joining"

        def add(name, yes):
            shares[name] = (shares[name][0] + bool(yes), shares[name][1] + 1)

        offers = raw.letter_offers()
        for row in rows:
            if row.get("receivedAt") is None or not first <= raw.day(row["receivedAt"]) <= last:
                continue
            done, handed = row.get("finishedAt"), row.get("handedOverAt")
            state = row.get("state") or ("handedOver" if handed else "finished" if done else "received")
            if state == "handedOver" and row.get("procedure") in offers:
                # None of the letters of the simulation is about a dossier of the register.
                add("LETTERS", False)
            if state in ("registered", "refused", "annulled"):
                continue
            moves = row.get("reappointments", row.get("moves", []))
            due = row.get("due") and number(row["due"]["day"])
            kept = None
            if state not in ("withdrawn", "returned") and due is not None:
                if done is not None:
                    kept = "early" if raw.day(done) < due else "onDay" if raw.day(done) == due else "late"
                elif state == "handedOver":
                    day = handed and raw.day(handed)
                    kept = None if not handed or day > due else "early" if day < due else "onDay"
                elif state == "finished":
                    kept = "onDay" if last <= due else None
                elif number(centre.today()) > due:
                    kept = "overdue"
            if kept:
                count[kept] += 1
                add("ONTIME", kept in ("early", "onDay"))
            add("OVERDUE_TWICE", len(moves) > 1)
            count["reappointed"] += bool(moves)
            if row.get("procedure") in self.online and row.get("channel") not in (None, "unknown"):
                add("ONLINE", row["channel"] == "online")
            for name, field in (("DIGITISATION", "digitised"), ("VNEID", "vneid")):
                if row.get(field) is not None:
                    add(name, row[field])
            if kept in ("late", "overdue") or moves:
                add("APOLOGY", row.get("apologies"))
