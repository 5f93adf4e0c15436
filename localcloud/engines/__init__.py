"""The computations of AWS services, independent of the emulator: no imports of ministack, the server or the patches."""
