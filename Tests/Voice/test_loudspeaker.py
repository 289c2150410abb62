"""Calls at the loudspeaker of the server, its faults, and an announcer's own recordings."""

import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from Support import centre, faults
from Support.daemon import Daemon
from Support.waiting import until
from Voice.loudspeaker import Loudspeaker, figures


def settings(**board):
    chosen = centre.settings()
    chosen["board"].update({"voice": "server", "english": False, **board})
    chosen["devices"] = [{"id": "loa", "kind": "speaker", "name": "Loa phòng chờ", "address": "alsa:loa"}]
    return chosen


class LoudspeakerTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-voice-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.speaker = Loudspeaker(self.folder / "sound")

    def daemon(self, **board):
        (self.folder / "centre").mkdir()
        daemon = Daemon(settings(**board), folder=self.folder / "centre", env=self.speaker.environment)
        daemon.start()
        self.addCleanup(daemon.stop)
        self.boss = daemon.supervisor()
        return daemon

    def open(self, daemon, counter=3, officer="cb03"):
        client = daemon.officer(officer)
        self.assertTrue(client.at(counter, "open", {"officer": officer}).ok)
        return client

    def state(self):
        return next((d["state"] for d in self.boss.get("supervisor").body["devices"] if d["kind"] == "speaker"), None)

    def said(self, count, seconds=20):
        return until(lambda: len(self.speaker.recordings()) >= count and self.speaker.recordings(), seconds,
                     lambda: f"{count} announcements, there are {len(self.speaker.recordings())}")


class Calls(LoudspeakerTest):
    def test_calls_of_two_counters_at_once_are_said_one_after_the_other(self):
        daemon = self.daemon()
        with self.open(daemon) as third, self.open(daemon, 1, "cb01") as first, daemon.kiosk() as kiosk:
            for _ in range(2):
                self.assertEqual(kiosk.issue().status, 201)
            self.assertTrue(first.at(1, "call-next").ok)
            self.assertTrue(third.at(3, "call-next").ok)
            self.assertEqual(len(self.said(2)), 2)
            self.assertTrue(third.at(3, "recall").ok)
            recordings = self.said(3)
        for path in recordings:
            length, level, peak = figures(path)
            self.assertTrue(2 < length < 8, f"{length} s")
            self.assertTrue(-27 < level < -17, f"{level} dB")
            self.assertLess(peak, -0.5)
        until(lambda: len(self.speaker.spans()) >= 4, 10, "a probe and three announcements are over")
        spans = self.speaker.spans()
        self.assertTrue(all(a[1] <= b[0] for a, b in zip(spans, spans[1:])), f"two voices at once: {spans}")

    def test_volume_quiet_hours_and_another_voice(self):
        daemon = self.daemon(volume=50)
        with self.open(daemon) as officer, daemon.kiosk() as kiosk:
            kiosk.issue()
            self.assertTrue(officer.at(3, "call-next").ok)
            soft = figures(self.said(1)[0])[1]
            self.assertTrue(-39 < soft < -29, f"{soft} dB; twelve less than full")

            answer = self.boss.get("settings")
            changed = answer.body["settings"]
            changed["board"].update({"quietHours": [["00:00", "24:00"]], "volume": 100})
            self._put(answer.body["version"], changed)
            self.assertTrue(officer.at(3, "recall").ok)
            # It passes the call over, which is seen at its cursor.
            until(lambda: self._cursor(daemon) >= daemon.events("recalled")[-1][0], 10, "the call is passed over")
            self.assertEqual(len(self.speaker.recordings()), 1)

            answer = self.boss.get("settings")
            changed = answer.body["settings"]
            changed["board"].update({"quietHours": [], "voice": "board"})
            self._put(answer.body["version"], changed)
            until(lambda: self.state() is None, 10, "the loudspeaker is not ours any more")
            self.assertTrue(officer.at(3, "recall").ok)
            changed["board"].update({"voice": "server"})
            self._put(self.boss.get("settings").body["version"], changed)
            # The call is fresh, so it is said here after all; nothing was said while a board had the voice.
            self.said(2)
            loud = figures(self.speaker.recordings()[-1])[1]
            self.assertAlmostEqual(loud - soft, 12, delta=1.5)

    def _put(self, version, changed):
        answer = self.boss.put("settings", {"version": version, "settings": changed})
        self.assertTrue(answer.ok, answer)

    @staticmethod
    def _cursor(daemon):
        rows = daemon.rows("SELECT seq FROM cursor WHERE consumer = 'announce'")
        return rows[0]["seq"] if rows else 0

    def test_a_fresh_call_is_said_after_a_restart(self):
        daemon = self.daemon()
        with self.open(daemon) as officer, daemon.kiosk() as kiosk:
            kiosk.issue()
            self.speaker.unplug()
            self.assertTrue(officer.at(3, "call-next").ok)
            until(lambda: self.state() == "fault", 20, "the loudspeaker is missed")
            called = time.monotonic()
        daemon.kill()
        self.speaker.plug()
        daemon.start()
        self.boss = daemon.supervisor()
        self.assertLess(time.monotonic() - called, 25, "this machine is too busy to tell")
        self.said(1)


class Faults(LoudspeakerTest):
    def test_an_absent_loudspeaker_is_told_and_comes_back(self):
        self.speaker.unplug()
        daemon = self.daemon()
        until(lambda: "speaker loa" in self.boss.alarm_words(), 15, "an alarm")
        words = self.boss.alarm_words()["speaker loa"]
        self.assertEqual(words, "Loa phòng chờ không phát được: không có loa. Kiểm tra dây loa và bộ âm thanh USB.")
        self.assertEqual(self.state(), "fault")
        with self.open(daemon) as officer, daemon.kiosk() as kiosk:
            kiosk.issue()
            # The queue goes on without a voice.
            self.assertTrue(officer.at(3, "call-next").ok)
            self.speaker.plug()
            until(lambda: "speaker loa" not in self.boss.alarm_words(), 30, "the alarm goes")
            self.assertEqual(self.state(), "ok")
            # A call that is still fresh is said now; so is the next.
            self.assertTrue(officer.at(3, "recall").ok)
            self.said(1)
        faults.record("Loa máy chủ", "Không có thiết bị âm thanh · no sound device", supervisor=words,
                      officer="Gọi số vẫn được", journal="called")

    def test_without_any_voice_the_queue_goes_on(self):
        daemon = self.daemon()
        daemon.stop()
        # A folder that shadows espeak-ng with one that fails.
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "espeak-ng").write_text("#!/bin/sh\necho 'không có giọng' >&2; exit 1\n")
        (bin_folder / "espeak-ng").chmod(0o755)
        daemon.env["PATH"] = f"{bin_folder}:{daemon.env['PATH']}"
        daemon.start()
        self.boss = daemon.supervisor()
        with self.open(daemon) as officer, daemon.kiosk() as kiosk:
            kiosk.issue()
            self.assertTrue(officer.at(3, "call-next").ok)
            until(lambda: "voice" in self.boss.alarm_words(), 15, "an alarm")
            words = self.boss.alarm_words()["voice"]
            self.assertIn("Không tạo được giọng đọc", words)
            self.assertTrue(officer.at(3, "start").ok)
        self.assertEqual(self.speaker.recordings(), [])


class Recordings(LoudspeakerTest):
    def tone(self, path, hertz, *more):
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["sox", "-n", "-r", "44100", "-c", "1", "-b", "16", str(path), "synth", "0.3", "sine", str(hertz),
                        "gain", "-20", "pad", "0.4", "0.4", *more], check=True)

    def test_an_announcer_of_the_commune(self):
        daemon = self.daemon()
        daemon.stop()
        voice = daemon.data / "voice"
        listed = daemon.run("voice", "check", "--list").stdout.splitlines()
        files = [line.split("\t")[0] for line in listed]
        self.assertIn("vi/moi-cong-dan-so.wav", files)
        self.assertIn("vi/so-6.wav", files)
        self.assertIn("vi/b.wav\t«bê»\tMời công dân số bê, không, một, hai, đến quầy số một.", listed)
        for index, name in enumerate(files):
            self.tone(voice / name, 300 + 20 * index)
        self.assertIn(f"dùng được {len(files)}/{len(files)} từ", daemon.run("voice", "check").stdout)

        # Recorded words only: 7 clips of 0.36 s (30 ms on both sides are kept) with 60 ms between.
        daemon.start()
        with self.open(daemon) as officer, daemon.kiosk() as kiosk:
            kiosk.issue()
            self.assertTrue(officer.at(3, "call-next").ok)
            length, level, _ = figures(self.said(1)[0])
            self.assertAlmostEqual(length, 7 * 0.36 + 6 * 0.06 - 0.06, delta=0.25)
            self.assertAlmostEqual(level, -20.5, delta=2.5)

        (voice / "vi" / "b.wav").unlink()
        subprocess.run(["sox", str(voice / "vi/1.wav"), "-c", "2", str(voice / "vi/2.wav")], check=True)
        answer = daemon.run("voice", "check", check=False)
        self.assertEqual(answer.returncode, 1)
        self.assertIn("vi/b.wav: thiếu", answer.stdout)
        self.assertIn("vi/2.wav: không phải WAV PCM 16 bit một kênh", answer.stdout)
        self.assertIn("Mời công dân số bê", answer.stdout)
        self.assertIn(f"dùng được {len(files) - 2}/{len(files)} từ", answer.stdout)
        answer = daemon.run("voice", "check", "--folder", str(self.folder / "nowhere"), check=False)
        self.assertIn(f"dùng được 0/{len(files)} từ", answer.stdout)


if __name__ == "__main__":
    unittest.main()
