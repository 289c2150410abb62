"""The real daemon under load and in trouble: many clients, kill -9, a bad disk, a wrong clock, bad settings."""
