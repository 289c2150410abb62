"""What the tests of the running daemon share: the daemon as a process, its API, its streams, the printer."""
