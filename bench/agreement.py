"""Whether those who should answer alike did: speed is worth nothing where the answer is another."""

from collections.abc import Sequence

from bench.samples import Sample

# They decode or resize in their own way on purpose, or answer nothing about an image.
OTHERWISE = {"litert-fast", "lit_server", "raw_litert", "sgemm"}


def disagreements(samples: Sequence[Sample]) -> list[str]:
    """A sentence for each image for which the contestants' best labels differ."""
    answers: dict[tuple[str, str], dict[str, str]] = {}
    for sample in samples:
        if sample.best is not None and sample.contestant not in OTHERWISE:
            answers.setdefault((sample.network, sample.case), {})[sample.contestant] = sample.best
    return [
        f"{network} on {case}: the best label is {', '.join(f'{best} ({name})' for name, best in found.items())}."
        for (network, case), found in answers.items()
        if len(set(found.values())) > 1
    ]
