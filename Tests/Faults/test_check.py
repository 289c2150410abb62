"""`motcua check`: what it says and how it ends, with the daemon up and down and a camera that goes away."""

import json
import socket
import unittest

from Support import centre
from Support.daemon import Daemon


class Check(unittest.TestCase):
    def setUp(self):
        self.camera = socket.socket()
        self.camera.bind(("127.0.0.1", 0))
        self.camera.listen(16)
        self.addCleanup(self.camera.close)
        settings = centre.settings()
        settings["board"]["voice"] = "off"
        settings["checklist"] = [
            {"id": "ghe", "name": "Ghế ngồi"},
            {"id": "cam", "kind": "tcp", "name": "Camera phòng chờ",
             "address": f"tcp://127.0.0.1:{self.camera.getsockname()[1]}"}]
        self.daemon = Daemon(settings)
        self.addCleanup(self.daemon.__exit__)

    def test_exit_codes(self):
        down = self.daemon.run("check", check=False)
        self.assertEqual((down.returncode, down.stdout), (1, ""))
        self.assertIn("máy chủ không chạy", down.stderr)
        self.daemon.start()
        up = self.daemon.run("check")
        self.assertIn("Đạt\tCamera phòng chờ: Có trả lời", up.stdout)
        self.assertIn("còn 1 mục chưa kiểm", up.stdout)
        self.camera.close()
        gone = self.daemon.run("check", "--json", check=False)
        self.assertEqual(gone.returncode, 1)
        lines = {line["id"]: line for line in json.loads(gone.stdout)["lines"]}
        self.assertEqual(lines["cam"]["outcome"], "failed")
        self.assertEqual(lines["ghe"]["outcome"], "unknown")
        with self.daemon.supervisor() as client:
            self.assertIn("Camera phòng chờ", client.alarm_words()["checklist"])
            # Ticked and finished: the machine's fault stands on, and so does the exit code.
            self.assertTrue(client.post("checklist/items/ghe", {"state": "done"}).ok)
            self.assertTrue(client.post("checklist/finish").ok)
            figure = client.get("figures/today").body["checklist"]
            self.assertEqual(figure, {"finished": 1, "workingDays": 1})
        after = self.daemon.run("check", check=False)
        self.assertEqual(after.returncode, 1)
        self.assertIn("đã hoàn thành, người kiểm: Bùi Thị Mai", after.stdout)
        day = self.daemon.rows("SELECT max(day) AS day FROM checklistEnd")[0]["day"]
        self.assertTrue(day)
        table = self.daemon.run("figures", "--from", json.loads(gone.stdout)["day"]).stdout
        self.assertIn("1/1 ngày làm việc", table)
        self.daemon.verify()
        self.daemon.stop()
        self.assertEqual(self.daemon.run("check", check=False).returncode, 1)

    def test_mistakes_are_told_with_their_line(self):
        settings = centre.settings()
        settings["checklist"] = [{"id": "cam", "kind": "rtsp", "name": "Camera", "address": "rtsp://admin:1@10.0.0.2/"},
                                 {"id": "b", "kind": "ping", "name": "B"}]
        daemon = Daemon(settings)
        self.addCleanup(daemon.__exit__)
        daemon.launch()
        self.assertEqual(daemon.process.wait(15), 1)
        self.assertRegex(daemon.said(), r"centre\.yaml:\d+: checklist\[1\]\.kind: «ping» không dùng được")


if __name__ == "__main__":
    unittest.main()
