"""One client of the API over one connection."""

import http.client
import json
import uuid


class Unanswered(Exception):
    """The connection broke before the answer was there: nobody knows whether the command was carried out."""


class Answer:
    def __init__(self, status, data, headers):
        self.status = status
        self.data = data
        self.headers = headers

    @property
    def ok(self):
        return 200 <= self.status < 300

    @property
    def body(self):
        return json.loads(self.data or b"null")

    @property
    def problem(self):
        """The stable word of a refusal; None where it was none."""
        return None if self.ok else self.body.get("type")

    def __repr__(self):
        return f"<{self.status} {self.data[:200]!r}>"


def new_key():
    return str(uuid.uuid4())


class Client:
    def __init__(self, port, token=None, cookie=None, timeout=30):
        self.port = port
        self.token = token
        self.cookie = cookie
        self.timeout = timeout
        self.link = None

    def request(self, method, path, body=None, key=None, headers=None, raw=None):
        if not path.startswith("/"):
            path = "/api/v1/" + path
        send = dict(headers or {})
        if self.token:
            send["Authorization"] = "Bearer " + self.token
        if self.cookie:
            send["Cookie"] = self.cookie
        if key:
            send["Idempotency-Key"] = key
        data = raw
        if body is not None:
            data = json.dumps(body)
        if data is not None:
            send.setdefault("Content-Type", "application/json")
        try:
            if self.link is None:
                self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self.link.request(method, path, data, send)
            answer = self.link.getresponse()
            return Answer(answer.status, answer.read(), answer.headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Unanswered(f"{method} {path}: {error!r}") from error

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.request("POST", path, {} if body is None and "raw" not in more else body, **more)

    def put(self, path, body, **more):
        return self.request("PUT", path, body, **more)

    def delete(self, path):
        return self.request("DELETE", path)

    def sign_in(self, officer, pin):
        answer = self.post("session", {"officer": officer, "pin": pin})
        if not answer.ok:
            raise AssertionError(f"{officer} cannot sign in: {answer}")
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return self

    def issue(self, service="ho-tich", key=None, **more):
        return self.post("tickets", {"service": service, **more}, key=key)

    def at(self, counter, command, body=None, key=None, **more):
        """A command of a counter, such as at(3, "call-next")."""
        return self.post(f"counters/{counter}/{command}", body, key=key, **more)

    def alarms(self):
        """What the supervisor's page warns of: {id: alarm with its level and words}."""
        return {alarm["id"]: alarm for alarm in self.get("supervisor").body["alarms"]}

    def alarm_words(self):
        """The same: {id: words in Vietnamese}."""
        return {id: alarm["words"]["vi"] for id, alarm in self.alarms().items()}

    def close(self):
        if self.link is not None:
            self.link.close()
            self.link = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
