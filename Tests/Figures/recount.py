"""The figures of a centre once more, from what `raw` read of its journal and from the commune's own tables.

Written from the definitions on the pages, not from the daemon's sources."""

import csv
import datetime
import math
from collections import Counter

from Figures.raw import DAY, EPOCH, WEEK, Raw


def nearest(values, share):
    """The smallest value that so many of all do not exceed."""
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1] if values else None


class Recount(Raw):
    """`settings` as the test wrote them, `folder` the commune's tables."""

    def __init__(self, file, settings, folder, offset_hours):
        super().__init__(file, offset_hours)
        self.settings, self.folder = settings, folder
        self.calendar = None

    # The commune's tables.

    def table(self, name):
        with open(self.folder / name, encoding="utf-8-sig", newline="") as text:
            return list(csv.DictReader(text))

    def spans(self, day):
        """Working time in law, in minutes from midnight: Monday to Friday, days off and worked days of the State's list."""
        date = EPOCH + datetime.timedelta(days=day)
        if self.calendar is None:
            self.calendar = {row["Ngày hoặc năm"]: row for row in self.table("holidays.csv")}
        row = self.calendar.get(date.strftime("%d/%m/%Y"))
        if row:
            # A worked day without hours of its own has those of the first weekday.
            assert not row["Giờ làm"], row
            return [] if row["Loại"] == "nghỉ" else self.hours(self.settings["hours"]["monday"])
        return self.hours(self.settings["hours"][WEEK[date.weekday()]]) if date.weekday() < 5 else []

    def open(self, day):
        """By the centre's own plan."""
        date = EPOCH + datetime.timedelta(days=day)
        off = any(str(day["day"]) == str(date) for day in self.settings["daysOff"])
        return [] if off else self.hours(self.settings["hours"].get(WEEK[date.weekday()], []))

    @staticmethod
    def hours(texts):
        minute = lambda text: int(text[:2]) * 60 + int(text[3:])
        return [tuple(minute(part) for part in text.split("-")) for text in texts]

    # Figures.

    def lunch(self, a, b):
        spans = self.open(self.day(a))
        midnight = self.day(a) * DAY - self.offset
        return sum(max(0, min(midnight + later[0] * 60_000, b) - max(midnight + earlier[1] * 60_000, a))
                   for earlier, later in zip(spans, spans[1:]))

    def queue(self, first, last, service=None):
        """What happened in the queue on the days, of all or of the steps of one service."""
        mine = lambda thing: service is None or thing["service"] == service
        visits = [v for v in self.visits.values() if first <= v["day"] <= last]
        steps = [s for s in self.steps if first <= self.visits[s["visit"]]["day"] <= last and mine(s)]
        outcome = Counter(s["outcome"] for s in steps)
        ends = Counter(v["end"] for v in visits if mine(v))
        through = self.settings["rules"].get("lunchRunsThrough", False)
        waits = [(s["called"] - s["queued"]) // 1000 - (0 if through else self.lunch(s["queued"], s["called"]) // 1000)
                 for s in steps if s["called"]]
        served = [(s["finished"] - (s["started"] or s["last"]) - s["held"]) // 1000
                  for s in steps if s["outcome"] == "served"]
        target = self.settings["rules"]["targetWaitMinutes"] * 60
        return {
            "issued": sum(1 for v in visits if mine(v)), "visitsServed": ends["served"], "served": outcome["served"],
            "copies": sum(s["copies"] for s in steps if s["outcome"] == "served"),
            "transferred": outcome["transferred"], "noShow": outcome["noShow"], "cancelled": ends["cancelled"],
            "unserved": ends["unserved"], "unfinished": outcome["unfinished"], "emergency": 0,
            "withinTarget": sum(1 for wait in waits if wait <= target),
            "waits": {"n": len(waits), "medianSeconds": nearest(waits, .5), "p90Seconds": nearest(waits, .9),
                      "maxSeconds": max(waits, default=None)},
            "services": {"n": len(served), "medianSeconds": nearest(served, .5), "p90Seconds": nearest(served, .9),
                         "maxSeconds": max(served, default=None)}}

    def levels(self, first, last):
        """(reception, handling), best level first."""
        given = [(r, h) for day, r, h in self.ratings if day is not None and first <= day <= last]
        return ([sum(1 for r, _ in given if r == level) for level in (5, 4, 3, 2, 1)],
                [sum(1 for _, h in given if h == level) for level in (5, 4, 3, 2, 1)])

    def punctuality(self, dossier, today):
        if dossier["state"] in ("registered", "refused", "withdrawn", "returned", "annulled"):
            return "ended"
        if dossier["due"] is None:
            return "undated"
        if "finished" in dossier:
            done = self.day(dossier["finished"])
            return "early" if done < dossier["due"] else "onDay" if done == dossier["due"] else "late"
        if dossier["state"] in ("awaitingSupplement", "awaitingPayment", "stopped"):
            today = min(today, self.day(dossier["waits"]))   # its clock stands since then
        return "overdue" if today > dossier["due"] else "pending"

    def same_day(self, dossier, now):
        """How a promise stands: kept, ready, running, broken; None: none was made, or it was taken back in time."""
        if not dossier.get("promised") or dossier["state"] == "annulled":
            return None
        day = self.day(dossier["received"])
        closing = day * DAY - self.offset + self.spans(day)[-1][1] * 60_000
        if dossier["state"] == "withdrawn" and dossier["withdrawn"] < closing:
            return None
        if "handedOver" in dossier and self.day(dossier["handedOver"]) == day:
            return "kept"
        if "finished" in dossier and dossier["finished"] <= closing:
            return "ready"
        over = dossier["state"] in ("refused", "withdrawn", "returned", "handedOver", "annulled")
        return "broken" if over or "finished" in dossier or now >= closing else "running"

    def no_wait(self, day, minutes, now):
        """(called within the minutes, called or waited longer), of the numbers with the mark."""
        first = [v["first"] for v in self.visits.values() if v["day"] == day and v["sameDay"]]
        waits = [((s["called"] or s.get("finished") or now) - s["queued"]) // 1000 for s in first]
        soon = [wait <= minutes * 60 for wait in waits]
        return (sum(s["called"] is not None and quick for s, quick in zip(first, soon)),
                sum(s["called"] is not None or not quick for s, quick in zip(first, soon)))

    def casework(self, first, last, now, full=()):
        """Of the dossiers received on the days. `full`: procedures that are online from end to end."""
        count, share = Counter(), {name: [0, 0] for name in (
            "ONTIME", "OVERDUE_TWICE", "ONLINE", "ONLINE_FULL", "DIGITISATION", "VNEID", "APOLOGY", "SAMEDAY", "LETTERS")}

        def add(name, yes):
            share[name][0] += bool(yes)
            share[name][1] += 1

        offers = self.letter_offers()
        numbered = {e.get("dossier") for e in self.letters} - {None}
        for id, dossier in self.dossiers.items():
            if not first <= self.day(dossier["received"]) <= last:
                continue
            if dossier["state"] == "handedOver" and dossier["procedure"] in offers:
                add("LETTERS", id in numbered)
            if dossier["state"] in ("registered", "refused", "annulled"):
                count[dossier["state"]] += 1
                continue
            count["received"] += 1
            kept = self.punctuality(dossier, self.day(now))
            count[kept] += 1
            if kept in ("early", "onDay", "late", "overdue"):
                add("ONTIME", kept in ("early", "onDay"))
            add("OVERDUE_TWICE", dossier["moves"] > 1)
            count["reappointed"] += dossier["moves"] > 0
            count["supplemented"] += dossier["supplements"] > 0
            add("ONLINE", dossier["channel"] == "online")
            if dossier["procedure"] in full:
                add("ONLINE_FULL", dossier["channel"] == "online")
            for name, field in (("DIGITISATION", "digitised"), ("VNEID", "vneid")):
                if dossier[field] is not None:
                    add(name, dossier[field])
            if kept in ("late", "overdue") or dossier["moves"]:
                add("APOLOGY", dossier["apologies"])
            standing = self.same_day(dossier, now)
            if standing:
                add("SAMEDAY", standing == "kept")
                count["sameDay " + standing] += 1
            count["afterCutoff"] += dossier.get("apart", False)
        return count, {name: tuple(pair) for name, pair in share.items()}

    def letter_offers(self):
        """Procedures whose result has a letter with it: the lines `@khi` of the commune's templates."""
        found = set()
        for file in (self.folder / "templates" / "letters").glob("*.txt"):
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.startswith("@khi"):
                    found |= set(line[4:].replace(",", " ").replace(";", " ").split())
        return found

    def counter_log(self, first, last):
        mine = [s for s in self.stretches if first <= self.day(s[0]) <= last]
        hours = lambda list: sum(b - a for a, b, _ in list) // 3_600_000
        open = [s for s in mine if s[2] is None]
        pauses = [s for s in mine if s[2] is not None]
        return {"openHours": hours(open), "pauses": len(pauses), "pauseHours": hours(pauses)}

    def support(self, first, last):
        helpers = [h for day, all in self.rosters.items() if first <= day <= last for h in all]
        return {"supportTurns": len(helpers), "helped": sum(h["helped"] for h in helpers)}

    def checklist(self, first, last):
        # Nobody kept a list before the first day there is anything of.
        working = [day for day in range(max(first, min(self.began)), last + 1) if self.open(day)]
        return sum(1 for day in working if day in self.checklists), len(working)

    def letter_counts(self, year):
        kinds = Counter(e["kind"] for e in self.letters if e["year"] == year)
        return {f"letter{kind.capitalize()}": kinds[kind] for kind in (
            "marriage", "birth", "condolence", "thanks", "commendation", "apology")}

    SIX = {"homeInvalid": "thuong-binh", "homeSoldier": "benh-binh-nang", "homeDisabled": "khuyet-tat",
           "homeSick": "om-dau", "homeCritical": "benh-hiem-ngheo", "homeFrail": "gia-yeu-co-don"}

    def home_visits(self, first, last):
        """Asked for on the days, and not entered by mistake."""
        return [v for v in self.homes.values() if first <= self.day(v["asked"]) <= last and v.get("why") != "mistake"]

    def home(self, first, last):
        """((result at home, asked for), counts beside it)."""
        mine = self.home_visits(first, last)
        groups = Counter(v["group"] for v in mine)
        counts = {name: groups[group] for name, group in self.SIX.items()}
        counts["homeOther"] = sum(n for group, n in groups.items() if group not in self.SIX.values())
        counts["homeCancelled"] = sum(v["state"] == "cancelled" for v in mine)
        return (sum(v["state"] == "returned" for v in mine), len(mine)), counts
