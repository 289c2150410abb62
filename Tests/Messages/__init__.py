"""Messages through the real gammu-smsd and its dummy phone."""
