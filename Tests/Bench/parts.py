"""What every line of the bench needs: a daemon of the release build, a load, and how a line is printed."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOTCUA = ROOT / ".build/release/motcua"
BENCH = ROOT / ".build/release/bench"
# For Support, which the tests share with the bench.
sys.path.insert(0, str(ROOT / "Tests"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def centre(counters=16, printer=None):
    """A centre that is always open, whose every counter takes the one busy service."""
    days = "monday tuesday wednesday thursday friday saturday sunday".split()
    return "\n".join(
        ["centre: {id: bench, name: Trung tâm đo tốc độ}", "services:"]
        + [f"  - {{id: s{i}, prefix: {p}, name: Dịch vụ {p}, usualMinutes: 6}}" for i, p in enumerate("ABCDE", 1)]
        + ["counters:"]
        + [f"  - {{number: {n}, services: [s1, s2, s3, s4, s5]}}" for n in range(1, counters + 1)]
        + ["officers:"]
        + [f"  - {{id: o{n:02}, name: Cán bộ {n}, pin: '1234'}}" for n in range(1, counters + 1)]
        + ["  - {id: boss, name: Phụ trách, role: supervisor, pin: '1234'}", "hours:"]
        + [f'  {d}: ["00:00-24:00"]' for d in days]
        + ["rules: {lastTicketMinutesBeforeClose: 0}", "board: {voice: off}"]
        + ([f"printers: [{{id: p, name: Máy in, profile: generic-80, address: '{printer}'}}]"] if printer else []))


class Daemon:
    def __init__(self, folder, config=None, database=None):
        self.folder = Path(folder)
        self.port = free_port()
        self.config = self.folder / "centre.yaml"
        self.config.write_text(config or centre())
        self.data = self.folder / "data"
        self.data.mkdir(exist_ok=True)
        if database:
            (self.data / "centre.sqlite").symlink_to(database) if not (self.data / "centre.sqlite").exists() else None

    def start(self):
        begun = time.perf_counter()
        self.process = subprocess.Popen(
            [MOTCUA, "serve", "--share", ROOT, "--config", self.config, "--data", self.data, "--host", "127.0.0.1",
             "--port", str(self.port)], stderr=subprocess.DEVNULL)
        while True:
            try:
                if self.get("/api/v1/health")[0] == 200:
                    break
            except OSError:
                time.sleep(0.002)
        return time.perf_counter() - begun

    def request(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, (json.loads(text) if text else None), answer.headers

    def get(self, path, headers={}):
        return self.request("GET", path, None, headers)

    def terminal(self, name, role, counter=None):
        command = [MOTCUA, "terminal", name, "--role", role, "--share", ROOT, "--data", self.data]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return re.search(r"token=(\w+)", out).group(1)

    def supervisor(self):
        status, _, headers = self.request("POST", "/api/v1/session", {"officer": "boss", "pin": "1234"})
        assert status == 200, status
        return headers["Set-Cookie"].split(";")[0]

    def memory_mb(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def wrk(port, clients, seconds, script):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        out = subprocess.run(
            ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "-s", lua.name, f"http://127.0.0.1:{port}/"],
            capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
    scale = {"us": 0.001, "ms": 1, "s": 1000}[p99.group(2)]
    return rate, float(p99.group(1)) * scale, int(bad.group(1)) if bad else 0


INSERT = 'wrk.method = "POST"\nfunction request() return wrk.format("POST", "/insert") end'


def issue_script(token):
    return f'''
local body = '{{"service":"s1"}}'
local headers = {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json"}}
function request() return wrk.format("POST", "/api/v1/tickets", headers, body) end'''


def call_script(cookie, counters):
    return f'''
local n = 0
local headers = {{["Cookie"] = "{cookie}", ["Content-Type"] = "application/json"}}
function request()
  n = n % {counters} + 1
  return wrk.format("POST", "/api/v1/counters/" .. n .. "/call-next", headers, "{{}}")
end'''


def line(name, value, goal="", good=None):
    mark = "" if good is None else ("  ok" if good else "  FALLS SHORT")
    print(f"{name:<58} {value:>22}  {goal}{mark}", flush=True)


def centre_file(folder, counters):
    file = Path(folder) / "bench-centre.yaml"
    file.write_text(centre(counters))
    return file
