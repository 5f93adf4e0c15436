"""Pure implementations of what AWS services compute; no module here knows the emulator."""
