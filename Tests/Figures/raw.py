"""What happened at a centre, from the events of its journal, by nobody's code but this. `recount` counts it.

It is written from the definitions on the pages, not from the daemon's sources, and reads only the journal and the opened
ratings. What the simulation never does (taking back, registers, numbers entered late) is refused here instead of being
half understood."""

import datetime
import json
import sqlite3

DAY = 86_400_000
EPOCH = datetime.date(1970, 1, 1)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NOT_UNDERSTOOD = {"undone", "day-reopened", "late-number", "dossier-due-settled"}


def number(day):
    """Days since 1970, of a date or of its text."""
    return ((datetime.date.fromisoformat(day) if isinstance(day, str) else day) - EPOCH).days


class Raw:
    def __init__(self, file, offset_hours):
        self.offset = offset_hours * 3_600_000
        link = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        self.ratings = link.execute(
            "SELECT b.closedDay, r.reception, r.handling FROM rating r JOIN ratingBatch b ON b.id = r.batch "
            "WHERE b.scale = 5").fetchall()
        self.steps, self.visits, self.dossiers = [], {}, {}
        self.began, self.letters, self.rosters, self.checklists = set(), [], {}, set()
        self.stretches, self.sitting = [], {}
        self.homes, self.forgotten = {}, set()
        for kind, at, payload in link.execute("SELECT type, at, payload FROM journal ORDER BY seq"):
            assert kind not in NOT_UNDERSTOOD, kind
            method = getattr(self, "on_" + kind.replace("-", "_"), None)
            if method:
                method(at, json.loads(payload))
        link.close()

    def day(self, at):
        return (at + self.offset) // DAY

    def minute(self, at):
        return (at + self.offset) % DAY // 60_000

    # The queue.

    def join(self, visit, step, service, at):
        self.visits[visit]["step"] = step = {
            "id": step, "visit": visit, "service": service, "queued": at, "called": None, "outcome": None}
        self.steps.append(step)

    def on_day_began(self, at, e):
        self.began.add(number(e["day"]))

    def on_ticket_issued(self, at, e):
        self.visits[e["visit"]] = {"day": number(e["day"]), "service": e["service"], "sameDay": e.get("sameDay", False),
                                   "end": None, "missing": False}
        self.join(e["visit"], e["step"], e["service"], at)
        self.visits[e["visit"]]["first"] = self.visits[e["visit"]]["step"]

    def on_called(self, at, e):
        visit = self.visits[e["visit"]]
        visit["missing"] = False
        step = visit["step"]
        step.update(called=step["called"] or at, last=at, started=None, held=0)

    def on_recalled(self, at, e):
        self.visits[e["visit"]]["step"]["last"] = at

    def on_started(self, at, e):
        step = self.visits[e["visit"]]["step"]
        step["started"] = step["started"] or at

    def on_held(self, at, e):
        self.visits[e["visit"]]["step"]["since"] = at

    def on_resumed(self, at, e):
        step = self.visits[e["visit"]]["step"]
        step["held"] += at - step["since"]
        step["started"] = step["started"] or step["last"]

    def on_no_show(self, at, e):
        self.visits[e["visit"]]["missing"] = True

    def on_returned(self, at, e):
        self.visits[e["visit"]]["missing"] = False

    def leave(self, at, e, outcome):
        visit = self.visits[e["visit"]]
        visit["step"].update(outcome=outcome, finished=at)
        if e.get("next"):
            self.join(e["visit"], e["next"]["step"], e["next"]["service"], at)
        else:
            visit["end"] = outcome

    def on_finished(self, at, e):
        self.visits[e["visit"]]["step"]["copies"] = e["copies"]
        self.leave(at, e, "served")

    def on_transferred(self, at, e):
        self.leave(at, e, "transferred")

    def on_cancelled(self, at, e):
        self.leave(at, e, "cancelled")

    def on_day_closed(self, at, e):
        for name, outcome in (("unserved", "unserved"), ("unfinished", "unfinished"), ("noShows", "noShow")):
            for visit in e[name]:
                self.leave(at, {"visit": visit}, outcome)
        for counter in list(self.sitting):
            self.end(counter, at)

    # Counters.

    def end(self, counter, at):
        if counter in self.sitting:
            start, pause = self.sitting.pop(counter)
            self.stretches.append((start, at, pause))

    def on_counter_opened(self, at, e):
        if self.sitting.get(e["counter"], (0, "none"))[1] is not None:
            self.end(e["counter"], at)
            self.sitting[e["counter"]] = (at, None)

    def on_counter_paused(self, at, e):
        assert self.sitting.get(e["counter"], (0, None))[1] is None, "a pause within a pause"
        self.end(e["counter"], at)
        self.sitting[e["counter"]] = (at, e["reason"])

    def on_counter_closed(self, at, e):
        self.end(e["counter"], at)

    # Dossiers.

    def on_dossier_registered(self, at, e):
        self.dossiers[e["dossier"]] = {
            "code": e["code"], "procedure": e["procedure"], "state": "registered", "received": at, "channel": "online",
            "moves": 0, "supplements": 0, "apologies": 0}

    def on_dossier_received(self, at, e):
        old = self.dossiers.get(e["dossier"], {"moves": 0, "supplements": 0, "apologies": 0})
        mark = e.get("sameDay") or {}
        due = e.get("due")
        self.dossiers[e["dossier"]] = old | {
            "code": e["code"], "procedure": e["procedure"], "state": "received", "received": at,
            "channel": e["channel"], "digitised": e.get("digitised"), "vneid": e.get("vneid"),
            "due": due and number(due["day"]), "first": due and number(due["day"]),
            "promised": "promised" in mark, "apart": "afterCutoff" in mark}

    def on_dossier_moved(self, at, e):
        dossier = self.dossiers[e["dossier"]]
        dossier["state"] = e["to"]
        if e["to"] == "returned":
            dossier["why"] = dossier.get("why") or e.get("reason")
        if e["to"] in ("finished", "handedOver", "withdrawn"):
            dossier[e["to"]] = at

    def on_dossier_paused(self, at, e):
        dossier = self.dossiers[e["dossier"]]
        dossier["state"] = e["to"]
        dossier["supplements"] += e["to"] == "awaitingSupplement"
        dossier["waits"] = at

    def on_dossier_resumed(self, at, e):
        self.dossiers[e["dossier"]].update(state="processing", due=e["due"] and number(e["due"]["day"]) if "due" in e else None)

    def on_dossier_reappointed(self, at, e):
        dossier = self.dossiers[e["dossier"]]
        dossier["moves"] += 1
        dossier["due"] = number(e["due"]["day"])

    def on_dossier_apologised(self, at, e):
        self.dossiers[e["dossier"]]["apologies"] += 1

    def on_dossier_code_replaced(self, at, e):
        dossier = self.dossiers[e["dossier"]]
        dossier["former"], dossier["code"] = dossier["code"], e["code"]

    def on_dossier_same_day_explained(self, at, e):
        self.dossiers[e["dossier"]]["why"] = e["reason"]

    # The rest.

    def on_letter_numbered(self, at, e):
        self.letters.append(e)

    def on_same_day_roster(self, at, e):
        self.rosters[number(e["day"])] = e["helpers"]

    def on_checklist_finished(self, at, e):
        self.checklists.add(number(e["day"]))

    # At home.

    def on_home_visit_asked(self, at, e):
        self.homes[e["visit"]] = {"id": e["visit"], "group": e["group"], "asked": at, "state": "asked"}

    def on_home_visit_scheduled(self, at, e):
        visit = self.homes[e["visit"]]
        visit.update(planned=number(e["day"]), state="scheduled" if visit["state"] == "asked" else visit["state"])

    def on_home_visit_visited(self, at, e):
        self.homes[e["visit"]].update(visited=at, state="visited")

    def on_home_visit_returned(self, at, e):
        # A result that is brought is a visit too.
        visit = self.homes[e["visit"]]
        visit.update(returned=at, visited=visit.get("visited", at), state="returned")

    def on_home_visit_cancelled(self, at, e):
        self.homes[e["visit"]].update(cancelled=at, why=e["reason"], state="cancelled")

    def on_home_persons_deleted(self, at, e):
        self.forgotten |= set(e["visits"])
