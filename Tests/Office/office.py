"""A print server and a printer as an office has them: the real cupsd and ippeveprinter, on loopback, in a folder."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

from Support.daemon import free_port
from Support.waiting import until

HERE = pathlib.Path(__file__).resolve().parent
QUEUE = "vanphong"


class PrintServer:
    def __init__(self, media=None):
        """`media`: a file with what the printer says of itself, such as a5.conf; without one it has no A5."""
        self.media = media
        # Below /tmp itself: cupsd's filters run as another user and have to walk there.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="motcua-office-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.port, self.printer_port = free_port(), free_port()
        self.server = self.printer = None
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"] + ":/usr/sbin"}
        self.env.pop("CUPS_SERVER", None)

    @property
    def address(self):
        return f"cups:{QUEUE}@127.0.0.1:{self.port}"

    def start(self):
        self.turn_on()
        self.start_server()
        until(self._add_queue, 20, lambda: "the queue is there: " + self.said)
        return self

    def _add_queue(self):
        done = self.tool("lpadmin", "-p", QUEUE, "-E", "-v", f"ipp://localhost:{self.printer_port}/ipp/print", "-m",
                         "everywhere")
        self.said = done.stdout + done.stderr
        return done.returncode == 0

    def _launch(self, script, *arguments):
        with open(self.folder / f"{script}.log", "ab") as log:
            # A group of its own, so that it ends with everything it has started.
            return subprocess.Popen([str(HERE / script), *map(str, arguments)], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                    env=self.env, start_new_session=True)

    @staticmethod
    def _end(process):
        if process is None:
            return
        try:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(3)
        except subprocess.TimeoutExpired:
            pass  # cupsd waits for a printer that is silent.
        except ProcessLookupError:
            return
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait(5)

    def start_server(self):
        self.server = self._launch("cupsd.sh", self.folder / "cups", self.port)
        until(lambda: "is running" in self.tool("lpstat", "-r").stdout, 20, "cupsd answers")

    def stop_server(self):
        self._end(self.server)
        self.server = None

    def turn_on(self):
        self.printer = self._launch("printer.sh", self.folder / "printer", self.printer_port, *filter(None, [self.media]))
        self.trouble("")

    def turn_off(self):
        self._end(self.printer)
        self.printer = None

    def trouble(self, word):
        """`media-empty`, `fail`; empty: all is well."""
        folder = self.folder / "printer"
        folder.mkdir(exist_ok=True)
        (folder / "trouble").write_text(word)

    def tool(self, *command, **more):
        command = [command[0], "-h", f"127.0.0.1:{self.port}", *command[1:]]
        return subprocess.run(command, capture_output=True, text=True, env=self.env, timeout=20, **more)

    def printed(self):
        return sorted((self.folder / "printer" / "printed").glob("*.pdf"))

    def empty_job(self):
        """A job with a number and without a document, as it is left when handing over is interrupted."""
        request = self.folder / "create.test"
        request.write_text("""{ OPERATION Create-Job GROUP operation-attributes-tag
          ATTR charset attributes-charset utf-8 ATTR language attributes-natural-language en
          ATTR uri printer-uri $uri ATTR name requesting-user-name $user ATTR name job-name "x"
          STATUS successful-ok DISPLAY job-id }""")
        done = subprocess.run(["ipptool", "-tv", f"ipp://127.0.0.1:{self.port}/printers/{QUEUE}", str(request)],
                              capture_output=True, text=True, env=self.env, timeout=20)
        return int(re.search(r"job-id \(integer\) = (\d+)", done.stdout)[1])

    def jobs(self, which="not-completed"):
        return [line.split()[0] for line in self.tool("lpstat", "-W", which, "-o").stdout.splitlines()]

    def close(self):
        self.turn_off()
        self.stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)
