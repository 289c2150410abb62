"""A centre with some history: open hours, days off, same-day days, simulated through the rules everybody works by."""

import csv
import datetime
import subprocess

from Figures.raw import WEEK
from Support import centre
from Support.daemon import binary

HOURS = ("07:30-11:30", "13:30-17:00")
LISTED = ["1.001193", "2.000635", "2.000815", "1.000656", "2.000908", "2.000884"]


def settings(tables, first, last):
    """Monday to Friday and Saturday mornings, shut on the days off of the State's list; Wednesdays without appointment."""
    made = centre.settings(hours=HOURS)
    made["hours"].update(saturday=["07:30-11:30"], sunday=[])
    with open(tables / "holidays.csv", encoding="utf-8-sig", newline="") as text:
        rows = [row["Ngày hoặc năm"] for row in csv.DictReader(text) if row["Loại"] == "nghỉ"]
    days = [datetime.datetime.strptime(row, "%d/%m/%Y").date() for row in rows]
    made["daysOff"] = [{"day": day, "words": "Nghỉ lễ"} for day in days if first <= day <= last]
    made["sameDay"] = [{
        "weekday": "wednesday", "procedures": LISTED, "document": "Quyết định 12/QĐ-UBND", "from": first,
        "waitMinutes": 15, "cutoff": "15:00", "escalateMinutes": 60}]
    return made


def open_days(settings, first, last):
    off = {entry["day"] for entry in settings["daysOff"]}
    days = [first + datetime.timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(1 for day in days if settings["hours"][WEEK[day.weekday()]] and day not in off)


def motcua(share, *command, codes=(0,)):
    """One command of the daemon; `codes`: what it may end with, None: anything."""
    done = subprocess.run([binary(), *map(str, command), "--share", str(share)], capture_output=True, text=True,
                          timeout=600)
    if codes is not None and done.returncode not in codes:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def simulate(share, settings, config, file, first, last, visits, seed):
    centre.write(config, settings)
    motcua(share, "simulate", "--days", open_days(settings, first, last), "--seed", seed, "--into", file, "--from", first,
           "--config", config, "--visits", visits, "--casework")
