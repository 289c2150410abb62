"""A simulated quarter with same-day days and visits at home: every figure of its report, of its lists, of its same-day
pages and of its scoring sheet against the events of the journal (`raw.py`)."""

import csv
import datetime
import io
import json
import pathlib
import shutil
import tempfile
import unittest

import yaml

from Figures import made
from Figures.raw import EPOCH, number
from Figures.recount import Recount
from Support import centre
from Support.daemon import Daemon, share

VISITS = 90
# A quarter that is over and whose days off are known, so that the same seed makes the same quarter for ever.
FIRST, LAST = datetime.date(2026, 7, 1), datetime.date(2026, 9, 30)


class Quarter(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-quarter-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.now = datetime.datetime.now(datetime.timezone.utc)
        cls.first, cls.last = FIRST, LAST
        tables = centre.ROOT / "centre"
        cls.settings = made.settings(tables, cls.first, cls.last)
        cls.data = cls.folder / "data"
        cls.data.mkdir()
        made.simulate(share(), cls.settings, cls.folder / "centre.yaml", cls.data / "centre.sqlite", cls.first, cls.last,
                      VISITS, seed=12)
        made.motcua(share(), "report", "--period", "quarter", "--of", cls.first, "--data", cls.data, "--out",
                    cls.folder / "report")
        cls.report = json.loads(next((cls.folder / "report").glob("*.json")).read_text())
        cls.raw = Recount(cls.data / "centre.sqlite", cls.settings, tables, centre.utc_offset())
        cls.days = (number(cls.first), number(cls.last))
        cls.count, cls.share = cls.raw.casework(*cls.days, cls.now.timestamp() * 1000)

    def line(self, key):
        return next(line for section in self.report["sections"] for line in section["lines"] if line["key"] == key)

    def pair(self, key):
        share = self.line(key).get("share")
        return share and (share["numerator"], share["denominator"])

    def test_it_has_what_a_quarter_has(self):
        """So that no comparison below is one of nothing with nothing."""
        self.assertGreater(len(self.raw.began), 55)
        self.assertGreater(self.count["received"], 1500)
        for name in ("late", "overdue", "reappointed", "supplemented", "refused", "sameDay kept", "sameDay broken",
                     "afterCutoff"):
            self.assertGreater(self.count[name], 0, name)
        self.assertGreater(self.share["OVERDUE_TWICE"][0], 0)

    def test_queue(self):
        told, raw = self.report, self.raw.queue(*self.days)
        for key, name in (("issued", "issued"), ("served", "served"), ("transferred", "transferred"),
                          ("cancelled", "cancelled"), ("unserved", "unserved"), ("emergency", "emergency")):
            self.assertEqual(self.line(key)["number"], raw[name], key)
        self.assertEqual(self.line("days")["number"], len(self.raw.began))
        self.assertEqual(self.pair("noShow"), (raw["noShow"], raw["issued"]))
        self.assertEqual(self.pair("withinTarget"), (raw["withinTarget"], raw["waits"]["n"]))
        for key, times, name in (("waitMedian", "waits", "medianSeconds"), ("waitP90", "waits", "p90Seconds"),
                                 ("serviceMedian", "services", "medianSeconds"), ("serviceP90", "services", "p90Seconds")):
            self.assertEqual(self.line(key)["seconds"], raw[times][name], key)
        self.assertTrue(told["complete"])

    def test_queue_by_service(self):
        out = json.loads(made.motcua(share(), "figures", "--from", self.first, "--to", self.last, "--by", "service", "--format",
                                     "json", "--data", self.data).stdout)
        self.assertGreater(len(out["rows"]), 4)
        for row in out["rows"]:
            for name, value in self.raw.queue(*self.days, row["key"]).items():
                self.assertEqual(row[name], value, f"{row['key']}: {name}")
        for name, value in self.raw.queue(*self.days).items():
            self.assertEqual(out["total"][name], value, name)

    def test_ratings(self):
        reception, handling = self.raw.levels(*self.days)
        self.assertEqual(self.line("rated")["number"], sum(handling))
        self.assertEqual(self.pair("satisfiedReception"), (sum(reception[:2]), sum(reception)))
        self.assertEqual(self.pair("satisfiedHandling"), (sum(handling[:2]), sum(handling)))

    def test_dossiers(self):
        count = self.count
        for key, value in (
                ("received", count["received"]), ("refused", count["refused"]),
                ("finished", count["early"] + count["onDay"] + count["late"]), ("early", count["early"]),
                ("onDay", count["onDay"]), ("late", count["late"]), ("overdue", count["overdue"]),
                ("undue", count["received"] - sum(count[kind] for kind in ("early", "onDay", "late", "overdue"))),
                ("movedTwice", self.share["OVERDUE_TWICE"][0]), ("supplemented", count["supplemented"]),
                ("sameDayAfterCutoff", count["afterCutoff"])):
            self.assertEqual(self.line(key)["number"], value, key)
        for key, name in (("onTime", "ONTIME"), ("apologies", "APOLOGY"), ("online", "ONLINE"),
                          ("digitised", "DIGITISATION"), ("vneid", "VNEID"), ("sameDayKept", "SAMEDAY")):
            self.assertEqual(self.pair(key), self.share[name], key)
        kept = count["early"] + count["onDay"]
        self.assertEqual(self.pair("onTimeOfFinished"), (kept, kept + count["late"]))

    def test_same_day_weeks(self):
        wednesdays = [day for day in range(self.days[0], self.days[1] + 1)
                      if (EPOCH + datetime.timedelta(days=day)).weekday() == 2]
        promised = {self.raw.day(d["received"]) for d in self.raw.dossiers.values() if d.get("promised")}
        held = [day for day in wednesdays if day in promised and self.raw.spans(day)]
        self.assertEqual(self.pair("sameDayWeeks"), (len(held), len(wednesdays)))
        self.assertGreater(len(held), 8)

    def test_checklist(self):
        self.assertEqual(self.pair("checklistDays"), self.raw.checklist(*self.days))

    STATES = {"asked": "chờ xếp lịch", "scheduled": "đã xếp lịch", "visited": "đã đến, chờ kết quả",
              "returned": "đã trả kết quả", "cancelled": "đã hủy"}

    def test_visits_at_home(self):
        """The figure, each row behind it and its CSV, the list of the page, and that names go when their time is over."""
        raw = self.raw
        (returned, asked), counts = raw.home(*self.days)
        visits = raw.home_visits(*self.days)
        self.assertGreater(asked, 30)
        self.assertEqual({v["state"] for v in visits}, set(self.STATES))
        self.assertGreater(sum(1 for v in raw.homes.values() if v.get("why") == "mistake"), 0)
        date = lambda moment: str(EPOCH + datetime.timedelta(days=raw.day(moment))) if moment else ""
        names = {group["id"]: group["name"] for group in self.groups()}
        row = lambda v: [str(v["id"]), names[v["group"]], date(v["asked"]), date(v.get("visited")),
                         date(v.get("returned")), v["state"]]
        with Daemon(self.settings, folder=self.folder) as daemon, daemon.supervisor() as boss:
            year = self.last.year
            figure = next(f for f in boss.get(f"score/{year}").body["figures"] if f["figure"] == "HOME")
            self.assertEqual((figure["source"], figure["share"]["numerator"], figure["share"]["denominator"]),
                             ("daemon", returned, asked))
            self.assertEqual({each["key"]: each["n"] for each in figure["counts"]}, counts)

            told = boss.get(f"score/{year}/figures/HOME").body
            sums = {"numerator": returned, "denominator": asked, **counts}
            self.assertEqual({each["key"]: each["n"] for each in told["sums"]}, sums)
            self.assertEqual([each["cells"] for each in told["rows"]], [row(v) for v in visits])
            for part, mine in (("numerator", lambda v: v["state"] == "returned"),
                               ("rest", lambda v: v["state"] != "returned"),
                               ("homeFrail", lambda v: v["group"] == "gia-yeu-co-don")):
                rows = boss.get(f"score/{year}/figures/HOME?part={part}").body["rows"]
                self.assertEqual([each["cells"] for each in rows], [row(v) for v in visits if mine(v)], part)
            sheet = list(csv.reader(io.StringIO(
                boss.get(f"score/{year}/figures/HOME?format=csv").data.decode("utf-8-sig"))))
            self.assertEqual([line[:6] for line in sheet[1:]],
                             [[*row(v)[:5], self.STATES[v["state"]]] for v in visits])
            self.assertEqual([sum(int(line[6 + n]) for line in sheet[1:]) for n in range(len(sums))], list(sums.values()))

            # The list: what is open, as it stands today.
            today = number(boss.get("home-visits").body["today"])
            listed = {each["id"]: each["standing"] for each in boss.get("home-visits").body["visits"]}
            standing = lambda v: ("unplanned" if "planned" not in v else "late" if v["planned"] < today else
                                  "today" if v["planned"] == today else "coming")
            self.assertEqual({id: how for id, how in listed.items() if how != "over"},
                             {v["id"]: standing(v) for v in raw.homes.values() if v["state"] not in ("returned", "cancelled")})
        # The simulated quarter forgot as it went: at its end nobody was known who had been over for 30 days.
        ended = lambda v: v.get("returned") or v.get("cancelled")
        overdue = {v["id"] for v in raw.homes.values() if ended(v) and raw.day(ended(v)) + 30 <= max(raw.began)}
        self.assertLessEqual(overdue, raw.forgotten)
        self.assertGreater(len(overdue), 10)

    def groups(self):
        """The six of the decision, as the sample centre writes them."""
        with open(centre.ROOT / "centre" / "centre.yaml", encoding="utf-8") as text:
            return yaml.safe_load(text)["homeVisits"]["groups"]

    def test_each_same_day_day(self):
        """The page of the day: promised, kept, reasons, «không chờ», helpers."""
        now = self.now.timestamp() * 1000
        seen = set()
        with Daemon(self.settings, folder=self.folder) as daemon, daemon.supervisor() as boss:
            for day in sorted(self.raw.rosters):
                date = EPOCH + datetime.timedelta(days=day)
                told = boss.get(f"same-day/{date}").body
                mine = [d for d in self.raw.dossiers.values() if self.raw.day(d["received"]) == day]
                standing = [self.raw.same_day(d, now) for d in mine]
                for name in ("kept", "ready", "broken"):
                    self.assertEqual(told[name], standing.count(name), f"{date}: {name}")
                    seen |= {name} if told[name] else set()
                self.assertEqual(told["promised"], len(standing) - standing.count(None), date)
                apart = [d for d in mine if d.get("apart")]
                self.assertEqual(told["afterCutoff"], {
                    "yes": sum(self.raw.punctuality(d, self.raw.day(now)) in ("early", "onDay") for d in apart),
                    "of": len(apart)}, date)
                soon, of = self.raw.no_wait(day, 15, now)
                self.assertEqual(told["noWait"], {"yes": soon, "of": of}, date)
                self.assertGreater(of, 0, date)
                self.assertEqual(told["helped"], sum(h["helped"] for h in self.raw.rosters[day]), date)
                why = {}
                for dossier, how in zip(mine, standing):
                    if how in ("broken", "ready"):
                        word = dossier.get("why") or how
                        why[word] = why.get(word, 0) + 1
                self.assertEqual(sorted(reason["n"] for reason in told["reasons"]), sorted(why.values()), date)
        self.assertEqual(seen, {"kept", "broken"} | (seen & {"ready"}))
