"""What the models' shadows make of the images of a call, once all its answers are out, in the time that is left."""

from collections import Counter
from collections.abc import Sequence
from time import perf_counter

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from inference.classify import Classification
from inference.deadline import Deadline
from inference.models.comparison import Comparison
from telemetry.model_metrics import ByModel


def shadows(logger: Logger, answers: Sequence[Classification], deadline: Deadline) -> None:
    """Count agreement, differences, faults and what was skipped; log faults, alike ones once. Never raises.

    The seconds that it took become a step of the answer, "shadow".
    """
    by_model = ByModel()
    faults: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        if answer.shadow is None:
            continue
        shadow, held = answer.shadow
        started = perf_counter()
        try:
            seen = shadow.compare(held, deadline)
        except Exception as fault:  # whatever a shadow does is no matter of the image
            by_model.add(shadow.name, "ShadowErrors", 1)
            faults[shadow.name, f"{type(fault).__name__}: {fault}"] += 1
            continue
        if seen is None:
            by_model.add(shadow.name, "ShadowSkipped", 1)
            continue
        answer.timings["shadow"] = perf_counter() - started
        _count(by_model, shadow.name, seen)
    for (model, reason), images in faults.items():
        logger.warning(
            "The shadow failed; its model's answers are not touched", model=model, images=images, reason=reason
        )
    by_model.flush()


def _count(by_model: ByModel, model: str, seen: Comparison) -> None:
    by_model.add(model, "ShadowAgreement", int(seen.agrees))
    if seen.difference is not None:
        by_model.add(model, "ShadowDifference", seen.difference, MetricUnit.NoUnit)
