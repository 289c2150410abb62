"""The loudspeaker of the server: the real daemon, the real aplay and ALSA, with files where the sound card would be."""
