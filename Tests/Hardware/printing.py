"""A ticket printer on a USB cable: usblp, paper, a cable that is pulled."""

import pathlib
import time

from Hardware import gadgets
from Support.waiting import until


class Printing:
    """Scenarios of the guest."""

    def papers(self):
        assert self.firmware.printer.error is None, self.firmware.printer.error
        return list(self.firmware.printer.cuts)

    def until_papers(self, count):
        until(lambda: len(self.papers()) >= count, self.patience, lambda: f"{count} papers, there are {len(self.papers())}")

    def print_states(self):
        """Of each number its last job."""
        return {job["number"]: job["state"] for job in reversed(self.boss.get("prints").body)}

    def until_print(self, number, state):
        until(lambda: self.print_states().get(number) == state, self.patience,
              lambda: f"{number} is {state}: {self.print_states()}")

    def until_printer_alarm(self):
        """Its words and how long they took from now; the words are those of the state in which it stays."""
        began = time.monotonic()
        alarm = until(lambda: self.alarms().get("printer p1"), self.patience, "an alarm")
        return alarm, round(time.monotonic() - began, 2)

    def until_no_printer_alarm(self):
        until(lambda: "printer p1" not in self.alarms(), self.patience, "the alarm goes")

    def ticket(self):
        """Not there when the daemon started; plugged in, it is found, and prints."""
        self.until_device("printer", "fault")
        self.printer_cable = gadgets.PrinterGadget().plug()
        self.firmware = gadgets.Firmware(self.printer_cable, self.out / "papers")
        until(pathlib.Path("/dev/usb/lp0").exists, self.patience, "usblp makes /dev/usb/lp0")
        self.until_device("printer", "ok")
        ticket = self.issue()
        self.until_papers(1)
        self.until_print(ticket["number"], "printed")
        job = next(each["job"] for each in self.boss.get("prints").body if each["number"] == ticket["number"])
        # The picture of the supervisor's page, to be compared with what came out of the cable.
        (self.out / "drawn.png").write_bytes(self.boss.get(f"prints/{job}.png").data)
        return {"number": ticket["number"], "track": ticket["track"]}

    def paper_out(self):
        """Told from the printer's side; the ticket taken meanwhile comes out when there is paper again."""
        self.firmware.paper(False)
        alarm, seconds = self.until_printer_alarm()
        ticket = self.issue()
        self.until_print(ticket["number"], "queued")
        self.firmware.paper(True)
        self.until_no_printer_alarm()
        self.until_papers(2)
        self.until_print(ticket["number"], "printed")
        return {"alarm": alarm, "seconds": seconds, "number": ticket["number"]}

    def port_status_alone(self):
        """A printer that answers no question: the kernel's own LPGETSTATUS still says that it has no paper."""
        self.firmware.printer.set_fault("silent", True)
        self.firmware.port_status(gadgets.PAPER_OUT)
        words = until(lambda: (alarm := self.alarms().get("printer p1")) and "hết giấy" in alarm and alarm, self.patience,
                      lambda: f"the end of the paper is told: {self.alarms()}")
        self.firmware.printer.set_fault("silent", False)
        self.firmware.port_status(gadgets.READY)
        self.until_no_printer_alarm()
        return {"alarm": words}

    def cable_pulled_in_mid_ticket(self):
        self.firmware.stops_after = 9000
        torn = self.issue()["number"]
        assert self.firmware.stopped.wait(self.patience), "the printer got no ticket"
        self.printer_cable.unplug()
        alarm, seconds = self.until_printer_alarm()
        self.until_print(torn, "needsPerson")
        whole = self.issue()["number"]
        before = self.papers()
        self.printer_cable.plug()
        self.firmware = gadgets.Firmware(self.printer_cable, self.out / "papers-after")
        self.until_papers(1)
        self.until_print(whole, "printed")
        self.until_no_printer_alarm()
        last = self.issue()["number"]
        self.until_papers(2)
        self.until_print(last, "printed")
        # The printer is idle now, so that nothing more can come of the torn one by itself.
        assert self.print_states()[torn] == "needsPerson", self.print_states()
        visit = next(row[0] for row in self.rows("SELECT visit FROM printJob WHERE number = ?", torn))
        asked = self.boss.post(f"tickets/{visit}/reprint")
        assert asked.ok, asked
        self.until_papers(3)
        self.until_print(torn, "printed")
        return {"alarm": alarm, "seconds": seconds, "torn": torn, "whole": whole, "last": last, "before": len(before),
                "after": len(self.papers())}
