"""Reads a stream of events (SSE) in a thread and keeps what came."""

import http.client
import json
import socket
import threading
import time


class Stream:
    def __init__(self, client, audience, last=None, **query):
        query = {"audience": audience, **query}
        path = "/api/v1/events?" + "&".join(f"{k}={v}" for k, v in query.items())
        headers = {"Accept": "text/event-stream"}
        if client.token:
            headers["Authorization"] = "Bearer " + client.token
        if client.cookie:
            headers["Cookie"] = client.cookie
        if last:
            headers["Last-Event-ID"] = last
        self.frames = []  # (event, data, id, seconds)
        self.ended = None
        self.news = threading.Condition()
        self.link = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
        self.link.request("GET", path, headers=headers)
        self.socket = self.link.sock
        self.answer = self.link.getresponse()
        self.status = self.answer.status
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        event, data, number = None, [], None
        try:
            while True:
                line = self.answer.readline()
                if not line:
                    break
                line = line.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    data.append(line[6:])
                elif line.startswith("id: "):
                    number = line[4:]
                elif not line and (event or data):
                    with self.news:
                        self.frames.append((event, json.loads("\n".join(data) or "null"), number, time.monotonic()))
                        self.news.notify_all()
                    event, data = None, []
        except (OSError, ValueError, http.client.HTTPException, AttributeError) as error:
            self.ended = repr(error)
        with self.news:
            self.ended = self.ended or "end of stream"
            self.news.notify_all()

    def wait(self, wanted, seconds=10):
        """The first frame for which `wanted(event, data)` holds, from the beginning of the stream."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self.news:
            while True:
                for frame in self.frames[seen:]:
                    if wanted(frame[0], frame[1]):
                        return frame
                seen = len(self.frames)
                left = deadline - time.monotonic()
                if left <= 0 or (self.ended and seen == len(self.frames)):
                    raise AssertionError(f"not within {seconds} s; {seen} frames, ended: {self.ended}")
                self.news.wait(left)

    def calls(self):
        """(number, counter) of every call told by a change, in order; those of the snapshot are not among them."""
        return [(d["call"]["number"], d["call"]["counter"]) for e, d, *_ in list(self.frames)
                if e == "change" and d.get("call")]

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.thread.join(5)
        self.link.close()
