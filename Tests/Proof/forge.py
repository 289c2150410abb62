"""What somebody does who wants other figures: with the folder, and with the database behind it."""

import hashlib
import json
import sqlite3

FIELDS = ("centre", "seq", "epoch", "type", "version", "at", "cause", "actor", "role", "terminal")


def chain_hash(before, centre, event):
    """The chain as docs/decisions/proof.md defines it; written here once more on purpose."""
    values = [centre] + [event[name] for name in FIELDS[1:]]
    head = "".join(f"{len(str(value).encode())}:{value}," for value in values) + f"{len(event['payload'])}:"
    return hashlib.sha256(before + head.encode() + event["payload"]).digest()


def reseal(sealed):
    """Makes the list of contents fit what is in the folder now."""
    manifest = json.loads((sealed / "muc-luc.json").read_text())
    names = sorted(
        str(file.relative_to(sealed)) for file in sealed.rglob("*")
        if file.is_file() and not file.name.startswith("muc-luc.json"))
    manifest["files"] = [
        {"name": name, "bytes": (sealed / name).stat().st_size,
         "sha256": hashlib.sha256((sealed / name).read_bytes()).hexdigest()} for name in names]
    text = json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, separators=(",", " : ")) + "\n"
    (sealed / "muc-luc.json").write_text(text)
    (sealed / "muc-luc.json.sha256").write_text(hashlib.sha256(text.encode()).hexdigest() + "  muc-luc.json\n")


def rewrite(database, change):
    """Gives all events to `change`, numbers what comes back anew and builds a chain that is whole in itself."""
    link = sqlite3.connect(database)
    link.row_factory = sqlite3.Row
    link.execute("DROP TRIGGER journal_is_append_only")
    link.execute("DROP TRIGGER journal_keeps_all")
    centre = link.execute("SELECT value FROM meta WHERE name = 'centre'").fetchone()[0]
    events = change([dict(row) for row in link.execute("SELECT * FROM journal ORDER BY seq")], link)
    number = {event["seq"]: n for n, event in enumerate(events, 1)}
    link.execute("PRAGMA foreign_keys = OFF")
    link.execute("DELETE FROM journal")
    before = bytes(32)
    for n, event in enumerate(events, 1):
        event["seq"], event["cause"] = n, number.get(event["cause"], n)
        event["hash"] = before = chain_hash(before, centre, event)
        link.execute(
            f"INSERT INTO journal VALUES ({','.join('?' * 11)})",
            [event[name] for name in (*FIELDS[1:], "payload", "hash")])
    link.commit()
    link.close()


def payload(event, **new):
    told = json.loads(event["payload"])
    told.update(new)
    event["payload"] = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def register_digest(link):
    rows = link.execute("SELECT value FROM registerRow ORDER BY id").fetchall()
    return hashlib.sha256("".join(value + "\n" for (value,) in rows).encode()).hexdigest()


def overdue(link):
    """A row of the register whose date was missed."""
    return link.execute(
        "SELECT id, value FROM registerRow WHERE finishedDay > dueDay AND value LIKE '%\"finished\"%' ORDER BY id"
    ).fetchone()


def delete_overdue(events, link):
    link.execute("DELETE FROM registerRow WHERE id = ?", (overdue(link)[0],))
    return with_digest(events, link)


def move_due_date(events, link):
    row, value = overdue(link)
    told = json.loads(value)
    told["due"]["day"] = "2199-12-31"
    link.execute("UPDATE registerRow SET value = ? WHERE id = ?",
                 (json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")), row))
    return with_digest(events, link)


def with_digest(events, link):
    link.row_factory = None
    for event in events:
        if event["type"] == "register-imported":
            payload(event, digest=register_digest(link))
    return events


def drop_bad_rating(events, link):
    """The row, the event that it was given, and count and root of its batch."""
    link.row_factory = None
    key, batch = link.execute("SELECT key, batch FROM rating WHERE handling <= 2 ORDER BY key").fetchone()
    link.execute("DELETE FROM rating WHERE key = ?", (key,))
    rows = link.execute(
        "SELECT key, officer, reception, handling, reasons, comment FROM rating WHERE batch = ? ORDER BY key", (batch,))
    sha = hashlib.sha256()
    count = 0
    for key, *rest in rows:
        for field in (key.hex(), *map(str, rest)):
            sha.update(f"{len(field.encode())}:{field},".encode())
        sha.update(b"\n")
        count += 1
    given = next(e for e in events if e["type"] == "rated" and json.loads(e["payload"])["batch"] == batch)
    for event in events:
        if event["type"] == "ratings-sealed" and json.loads(event["payload"])["batch"] == batch:
            payload(event, count=count, root=sha.hexdigest())
    return [event for event in events if event is not given]


def forget_the_end(events, link):
    """Whatever happened last."""
    return events[:-5]


def another_hour(events, link):
    """Somebody who was called later than it was: between the event before and the one after."""
    for event, after in zip(events, events[1:]):
        if event["type"] == "called" and after["at"] - event["at"] > 2000 and after["cause"] != event["cause"]:
            event["at"] += 1000
            return events
    raise AssertionError("nobody was called")
