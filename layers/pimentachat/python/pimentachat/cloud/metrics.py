"""Metrics of our own, as lines of the log that CloudWatch reads (its embedded metric format)."""

from typing import Final

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from pimentachat import clock
from pimentachat.config import metrics_namespace

# One metric for all functions: each combination of dimensions is paid for as a metric, and the log tells which it was.
_DIMENSIONS: Final = {"service": "api"}


def count_internal_error() -> None:
    """One request that was answered with our own failure; the alarm InternalErrorsAlarm counts them."""
    namespace = metrics_namespace()
    if not namespace:
        return
    with single_metric(
        "InternalErrors", MetricUnit.Count, 1, namespace=namespace, default_dimensions=_DIMENSIONS
    ) as metric:
        # As a line of the log it has a level: without one Lambda takes it for INFO, and drops it with LogLevel WARN.
        metric.add_metadata("level", "ERROR")
        metric.add_metadata("timestamp", clock.now_text())
