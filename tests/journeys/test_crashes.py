"""A worker that is killed loses nothing and doubles nothing."""

from collections import Counter
from random import Random

from sluice.demo.digits import Digit
from tests.support.journeys.http_sites import Outside
from tests.support.journeys.pipeline import Pipeline

HIDDEN_SECONDS = 6 * 10  # the visibility timeout of ENV=local
WAIT = 3 * HIDDEN_SECONDS


def test_a_worker_killed_in_mid_batch(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    slow = outside.trouble("/slow.png", like=scans[0].path, seconds=3)
    ids = [f"killed-{n}" for n in range(9)]
    tasks = [{"id": id_, "url": outside.address(scans[n].path)} for n, id_ in enumerate(ids)]
    pipeline.send([*tasks, {"id": "killed-slow", "url": slow}])
    outside.wait_until_asked("/slow.png")
    assert pipeline.kill_workers() >= 1
    pipeline.answers([*ids, "killed-slow"], within=WAIT)


def test_workers_killed_again_and_again(pipeline: Pipeline, scans: list[Digit], outside: Outside) -> None:
    when = Random(9)
    ids = [f"storm-{n}" for n in range(300)]
    pipeline.send({"id": id_, "url": outside.address(scans[n].path)} for n, id_ in enumerate(ids))
    killed = 0
    for _ in range(3):
        pipeline.settle(when.uniform(0.2, 1.5))
        killed += pipeline.kill_workers()
    assert killed
    pipeline.answers(ids, within=WAIT)
    pipeline.settle(3)
    assert Counter(len(pipeline.records[id_]) for id_ in ids) == {1: 300}
    assert not [body for body in pipeline.dead if "storm" in body]
