"""Break-even points, compared with both costs at that number of images."""

import math

import pytest

from sluice.cost.alternatives import ALTERNATIVES, PayPerUse, Server, lambda_cost
from sluice.cost.prices import HOURS_PER_MONTH
from sluice.cost.usage import UTILIZATION, Usage, recorded_usages

SERVERS = [other for other in ALTERNATIVES if isinstance(other, Server)]
USAGES = [*recorded_usages(), Usage("slow", 3.0, memory=3538), Usage("small", 0.05, memory=1024)]


def test_server_capacity_follows_from_its_core_seconds() -> None:
    usage = Usage("a network", 0.5, memory=1769)
    machine = Server("a machine", 100, cores=2)
    assert machine.capacity(usage) == pytest.approx(2 * UTILIZATION * HOURS_PER_MONTH * 3600 / 0.5)
    assert machine.capacity(Usage("twice the memory", 0.5, memory=3538)) == pytest.approx(machine.capacity(usage) / 2)


def test_server_cost_grows_by_whole_machines() -> None:
    usage = Usage("a network", 0.5)
    machine = Server("a machine", 100, cores=2, minimum=2)
    full = machine.capacity(usage)
    assert [machine.monthly_cost(usage, images) for images in (1, 2 * full, 2 * full + 1)] == [200, 200, 300]


@pytest.mark.parametrize("usage", USAGES, ids=lambda usage: usage.name)
@pytest.mark.parametrize("server", SERVERS, ids=lambda server: server.name)
def test_server_is_cheaper_from_its_break_even_on(server: Server, usage: Usage) -> None:
    break_even = server.break_even(usage)
    volumes = [server.minimum * server.capacity(usage) * part / 200 for part in range(1, 401)]
    cheaper = [images for images in volumes if server.monthly_cost(usage, images) <= lambda_cost(usage, images)]
    if break_even is None:
        assert not cheaper
        return
    assert server.monthly_cost(usage, break_even) == pytest.approx(lambda_cost(usage, break_even))
    assert all(images >= break_even * 0.999 for images in cheaper)
    assert server.monthly_cost(usage, break_even * 0.99) > lambda_cost(usage, break_even * 0.99)


@pytest.mark.parametrize("usage", USAGES, ids=lambda usage: usage.name)
def test_serverless_endpoint_is_cheaper_up_to_its_break_even(usage: Usage) -> None:
    (endpoint,) = (other for other in ALTERNATIVES if isinstance(other, PayPerUse))
    until = endpoint.break_even(usage)
    few = 1_000 if math.isinf(until) else until * 0.99
    assert endpoint.monthly_cost(usage, few) < lambda_cost(usage, few)
    if not math.isinf(until):
        assert endpoint.monthly_cost(usage, until * 1.01) > lambda_cost(usage, until * 1.01)


def test_servers_with_and_without_break_even_are_covered() -> None:
    break_evens = [server.break_even(usage) for server in SERVERS for usage in USAGES]
    assert None in break_evens
    assert any(break_even is not None for break_even in break_evens)
