"""The screens of the real daemon in Chromium, with a printer on TCP 9100's stead."""
