"""The loudspeaker: one end of the kernel's sound loop, at whose other end arecord listens."""

import subprocess
import time

from Support.waiting import until

RATE = 22_050


def heard(raw):
    """Whether there was sound in it, and none in the last second and a half."""
    samples = memoryview(raw[: len(raw) // 2 * 2]).cast("h")
    tail = samples[-int(1.5 * RATE):]
    # Every 16th sample is enough to hear by.
    return len(tail) >= int(1.5 * RATE) and max(map(abs, samples[::16])) > 1000 and max(map(abs, tail[::16])) < 50


class InTheHall:
    """Scenarios of the guest."""

    def announcement(self):
        self.until_device("speaker", "ok")
        # espeak-ng's files come over 9p the first time: how long a voice takes at worst.
        began = time.monotonic()
        said = self.boss.get("voice/say?text=xin&lang=vi")
        assert said.ok, said
        voice = round(time.monotonic() - began, 2)
        record = self.out / "announcement.raw"
        listening = subprocess.Popen(["arecord", "-q", "-D", "hw:Loopback,1,0", "-f", "S16_LE", "-r", str(RATE), "-c", "1",
                                      "-t", "raw", str(record)])
        try:
            until(lambda: record.exists() and record.stat().st_size > 0, self.patience, "arecord listens")
            number = self.issue("cu-tru")["number"]
            if self.current():
                self.officer.at(3, "finish")
            called = self.officer.at(3, "call", {"number": number})
            assert called.ok, called
            # Sound, then a second and a half of nothing.
            until(lambda: heard(record.read_bytes()), self.patience,
                  lambda: f"an announcement is heard and over; {record.stat().st_size} bytes, {self.alarms()}", pause=0.3)
        finally:
            listening.terminate()
            listening.wait()
        return {"number": number, "called": called.body["ticket"]["number"], "voice": voice}

    def loudspeaker_lost(self):
        """The sound adapter is pulled out: its driver goes."""
        unload = ["/sbin/modprobe", "-r", "snd-aloop"]
        until(lambda: subprocess.run(unload, capture_output=True).returncode == 0, self.patience, "the sound driver goes")
        self.until_device("speaker", "fault")
        alarm = self.alarms().get("speaker loa")
        # The queue goes on without a voice.
        self.issue()
        called = self.officer.at(3, "call-next")
        assert called.ok, called
        subprocess.run(["/sbin/modprobe", "snd-aloop"], check=True)
        back = self.until_device("speaker", "ok")
        until(lambda: "speaker loa" not in self.alarms(), self.patience, "the alarm goes")
        return {"alarm": alarm, "back": back["words"]["vi"]}
