"""Killed workers lose no task and send no result twice."""

from random import Random

from sluice.demo.digits import Digit
from tests.support.journeys.image_site import ImageSite
from tests.support.journeys.pipeline import Pipeline

VISIBILITY_TIMEOUT = 6 * 10  # seconds, with ENV=local
LIMIT = 3 * VISIBILITY_TIMEOUT


def test_worker_killed_in_a_batch_loses_nothing(pipeline: Pipeline, digits: list[Digit], site: ImageSite) -> None:
    slow = site.add_fault("/slow.png", copy_of=digits[0].path, delay=3)
    ids = [f"killed-{n}" for n in range(9)]
    tasks = [{"id": id_, "url": site.url(digits[n].path)} for n, id_ in enumerate(ids)]
    pipeline.send([*tasks, {"id": "killed-slow", "url": slow}])
    site.wait_for_request("/slow.png")
    assert pipeline.kill_workers() >= 1
    pipeline.receive_records([*ids, "killed-slow"], within=LIMIT)


def test_workers_killed_repeatedly_send_each_result_once(
    pipeline: Pipeline, digits: list[Digit], site: ImageSite
) -> None:
    random = Random(9)
    ids = [f"storm-{n}" for n in range(300)]
    pipeline.send({"id": id_, "url": site.url(digits[n].path)} for n, id_ in enumerate(ids))
    killed = 0
    for _ in range(3):
        pipeline.receive_for(random.uniform(0.2, 1.5))
        killed += pipeline.kill_workers()
    assert killed
    pipeline.receive_records(ids, within=LIMIT)
    pipeline.receive_for(3)  # a second result would arrive now
    assert {id_: len(pipeline.records[id_]) for id_ in ids} == dict.fromkeys(ids, 1)
    assert not [body for body in pipeline.dead_letters if "storm" in body]
