"""A centre to test: the sample centre, open all day every day, with PINs and one printer."""

import datetime
import json
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PINS = {f"cb0{n}": f"{n}{n}{n}{n}" for n in range(1, 9)}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def utc_offset():
    """Hours that make it about ten in the morning at the centre, so that no midnight falls into a test."""
    offset = 10 - datetime.datetime.now(datetime.timezone.utc).hour
    return offset + 24 if offset < -12 else offset


def timezone():
    # Etc/GMT counts the other way round.
    return f"Etc/GMT{-utc_offset():+d}" if utc_offset() else "Etc/GMT"


def zone():
    return datetime.timezone(datetime.timedelta(hours=utc_offset()))


def today():
    """The day at the centre."""
    return datetime.datetime.now(zone()).date()


def settings(printer=None, hours=("00:00-24:00",), **rules):
    """The settings as a dictionary; `printer` is an address such as tcp://127.0.0.1:9100."""
    centre = yaml.safe_load((ROOT / "centre" / "centre.yaml").read_text(encoding="utf-8"))
    centre["centre"]["timezone"] = timezone()
    centre["hours"] = {day: list(hours) for day in WEEK}
    centre["daysOff"], centre["workedDays"] = [], []
    centre["rules"].update({"lastTicketMinutesBeforeClose": 0, **rules})
    for officer in centre["officers"]:
        officer["pin"] = PINS[officer["id"]]
    centre["printers"] = (
        [{"id": "p1", "name": "Máy in máy lấy số", "profile": "generic-80", "address": printer}] if printer else [])
    return centre


def write(path, centre):
    """JSON is YAML."""
    path = pathlib.Path(path)
    path.write_text(json.dumps(centre, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    return path
