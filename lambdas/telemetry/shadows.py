"""Comparison of models with their shadows, after a call has sent or written all of its results."""

from collections import Counter
from collections.abc import Sequence
from time import perf_counter

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit

from inference.classify import Classification
from inference.deadline import Deadline
from inference.models.comparison import Comparison
from telemetry.metrics import ModelMetrics


def compare_shadows(logger: Logger, classifications: Sequence[Classification], deadline: Deadline) -> None:
    """Let shadow models score the images of a call, and count how well they agree with the models.

    Never raises: a shadow must not change the outcome of an image. Equal errors are logged once. The seconds that a
    shadow took are added to the timings of the classification as "shadow".

    Args:
        logger: The function's logger.
        classifications: The results of the call; those without a shadow are skipped.
        deadline: When the call has to end. Images that there is no time for are counted as skipped.
    """
    metrics = ModelMetrics()
    errors: Counter[tuple[str, str]] = Counter()
    for classification in classifications:
        if classification.shadow is None:
            continue
        shadow, pending = classification.shadow
        started = perf_counter()
        try:
            comparison = shadow.compare(pending, deadline)
        except Exception as error:
            metrics.add(shadow.name, "ShadowErrors", 1)
            errors[shadow.name, f"{type(error).__name__}: {error}"] += 1
            continue
        if comparison is None:
            metrics.add(shadow.name, "ShadowSkipped", 1)
            continue
        classification.timings["shadow"] = perf_counter() - started
        _add_comparison(metrics, shadow.name, comparison)
    for (model, reason), images in errors.items():
        logger.warning("Shadow failed; results are unaffected", model=model, images=images, reason=reason)
    metrics.flush()


def _add_comparison(metrics: ModelMetrics, model: str, comparison: Comparison) -> None:
    metrics.add(model, "ShadowAgreement", int(comparison.agrees))
    if comparison.difference is not None:
        metrics.add(model, "ShadowDifference", comparison.difference, MetricUnit.NoUnit)
