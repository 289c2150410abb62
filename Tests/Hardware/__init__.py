"""The daemon's release build in a machine of its own, with the kernel's own drivers for printer, keys, scanner and sound."""
