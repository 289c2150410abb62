"""Waiting for a condition, never for a length of time."""

import time


class TooLate(AssertionError):
    pass


def until(condition, seconds=10, why="the condition", pause=0.02):
    """Returns what `condition()` gives once it is true; raises with the last value after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TooLate(f"not within {seconds} s: {why() if callable(why) else why} (last: {value!r})")
        time.sleep(pause)
