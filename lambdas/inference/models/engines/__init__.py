"""The runtimes that can execute a model; each module offers the same `load` and its result the same `predict`."""
