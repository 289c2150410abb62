"""The paper of a visit at home through a real print server: who may order it, what the printer gets, and that nothing of it
stays behind."""

import unittest

from Office.office import PrintServer
from Office.papers import assert_is_a5, ink, words
from Support import centre
from Support.daemon import Daemon
from Support.waiting import until

PERSON = {"name": "Lương Thị Nguyệt Quế", "phone": "0000 123 456", "address": "Số 7, ngách 12/3 đường Ví Dụ",
          "note": "cổng xanh cuối ngách"}


class HomeSlip(unittest.TestCase):
    def setUp(self):
        self.office = PrintServer("a5.conf")
        self.addCleanup(self.office.close)
        self.office.start()
        settings = centre.settings()
        settings["devices"] = [
            {"id": "vp", "kind": "office-printer", "name": "Máy in văn phòng", "address": self.office.address}]
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.start()

    def client(self, client):
        self.addCleanup(client.close)
        return client

    def kept(self):
        """Papers whose pages lie in the daemon's file."""
        return self.daemon.rows("SELECT count(*) AS n FROM officeJob WHERE pdf IS NOT NULL")[0]["n"]

    def test_from_the_call_to_the_paper_and_nothing_stays(self):
        boss = self.client(self.daemon.supervisor())
        taker, sent, other = (self.client(self.daemon.officer(name)) for name in ("cb01", "cb02", "cb03"))
        asked = taker.post("home-visits", {"group": "khuyet-tat", "askedBy": "phone", "procedure": "2.000815", **PERSON})
        self.assertEqual(asked.status, 201, asked)
        day = boss.get("board").body["day"]
        planned = boss.post("home-visits/1/steps", {"step": "schedule", "day": day, "officer": "cb02"})
        self.assertTrue(planned.ok, planned)

        order = {"document": "home-visit", "visit": 1}
        for client in (taker, other):
            refused = client.post("office/print", order)
            self.assertEqual((refused.status, refused.problem), (403, "home-visit-not-yours"))
        # The print server is away: the paper has to wait here, and the page with it.
        self.office.stop_server()
        ordered = sent.post("office/print", order)
        self.assertEqual((ordered.status, ordered.body["paper"]), (201, "a5"), ordered)
        self.assertEqual(self.kept(), 1)
        self.office.start_server()
        until(lambda: len(self.office.printed()) == 1, 40, "the paper lies in the tray")
        until(lambda: self.daemon.events("office-job-ended"), 20, "its end is written down")

        pdf = self.office.printed()[0]
        assert_is_a5(self, pdf, pdf.with_suffix(".ipp").read_text(encoding="utf-8"))
        text = words(pdf)
        for wanted in ("PHIẾU PHỤC VỤ TẠI NHÀ", *PERSON.values(), "Người khuyết tật", "/".join(reversed(day.split("-")))):
            self.assertIn(wanted, text)
        self.assertGreater(ink(pdf), 0.01, "the page is drawn")

        # Neither here nor at the print server: the paper in the officer's hand is the only one.
        self.assertEqual(self.kept(), 0)
        spool = self.office.folder / "cups" / "spool"
        until(lambda: not list(spool.glob("d*")), 20, lambda: f"the print server keeps no document: {list(spool.iterdir())}")
        told = str(self.daemon.rows("SELECT payload FROM journal")) + str(
            self.daemon.rows("SELECT request, title FROM officeJob"))
        # Nor what lists of print jobs show anybody in the office.
        told += pdf.with_suffix(".ipp").read_text(encoding="utf-8")
        for secret in (*PERSON.values(), "Nguyệt Quế"):
            self.assertNotIn(secret, told)

        # It is made anew from what is known at that time, for who may know it then.
        job = ordered.body["job"]
        self.assertTrue(sent.post("home-visits/1/steps", {"step": "return"}).ok)
        late = sent.post(f"office/jobs/{job}/reprint")
        self.assertEqual((late.status, late.problem), (403, "home-visit-not-yours"))
        self.assertEqual(boss.post(f"office/jobs/{job}/reprint").status, 201)
        until(lambda: len(self.office.printed()) == 2, 40, "the supervisor's paper lies in the tray")
        self.assertIn(PERSON["address"], words(self.office.printed()[1]))
        until(lambda: len(self.daemon.events("office-job-ended")) == 2, 20, "its end is written down")
        self.assertEqual(self.kept(), 0)
        self.daemon.verify()


if __name__ == "__main__":
    unittest.main()
