"""The screens of the real daemon in Chromium, with a printer on TCP 9100's stead."""

import logging

# Every slow step of a browser would be a line of the log.
logging.getLogger("asyncio").setLevel(logging.ERROR)
