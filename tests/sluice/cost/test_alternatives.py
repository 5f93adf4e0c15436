"""Break-even points, held against the plain comparison of what both cost at that number of images."""

import math

import pytest

from sluice.cost.alternatives import ALTERNATIVES, Metered, Server, sluice
from sluice.cost.prices import HOURS
from sluice.cost.usage import UTILISATION, Usage, recorded

SERVERS = [other for other in ALTERNATIVES if isinstance(other, Server)]
USAGES = [*recorded(), Usage("slow", 3.0, memory=3538), Usage("small", 0.05, memory=1024)]


def test_a_machine_does_as_many_images_as_its_cores_have_seconds() -> None:
    usage = Usage("a network", 0.5, memory=1769)
    machine = Server("a machine", 100, cores=2)
    assert machine.capacity(usage) == pytest.approx(2 * UTILISATION * HOURS * 3600 / 0.5)
    assert machine.capacity(Usage("twice the memory", 0.5, memory=3538)) == pytest.approx(machine.capacity(usage) / 2)


def test_more_images_take_more_machines() -> None:
    usage = Usage("a network", 0.5)
    machine = Server("a machine", 100, cores=2, least=2)
    full = machine.capacity(usage)
    assert [machine.month(usage, images) for images in (1, 2 * full, 2 * full + 1)] == [200, 200, 300]


@pytest.mark.parametrize("usage", USAGES, ids=lambda usage: usage.name)
@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_a_server_is_cheaper_from_the_break_even_on_and_not_before(server: Server, usage: Usage) -> None:
    fewest = server.cheaper(usage)
    tried = [server.least * server.capacity(usage) * part / 200 for part in range(1, 401)]
    cheaper = [images for images in tried if server.month(usage, images) <= sluice(usage, images)]
    if fewest is None:
        assert not cheaper
        return
    assert server.month(usage, fewest) == pytest.approx(sluice(usage, fewest))
    assert all(images >= fewest * 0.999 for images in cheaper)
    assert server.month(usage, fewest * 0.99) > sluice(usage, fewest * 0.99)


@pytest.mark.parametrize("usage", USAGES, ids=lambda usage: usage.name)
def test_a_serverless_endpoint_is_cheaper_until_it_is_not(usage: Usage) -> None:
    (endpoint,) = (other for other in ALTERNATIVES if isinstance(other, Metered))
    until = endpoint.until(usage)
    few = 1_000 if math.isinf(until) else until * 0.99
    assert endpoint.month(usage, few) < sluice(usage, few)
    if not math.isinf(until):
        assert endpoint.month(usage, until * 1.01) > sluice(usage, until * 1.01)


def test_both_endings_occur() -> None:
    found = [server.cheaper(usage) for server in SERVERS for usage in USAGES]
    assert None in found
    assert any(fewest is not None for fewest in found)
