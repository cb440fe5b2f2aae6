"""Groups built one building at a time, and what is left when one fails."""

from collections.abc import AsyncIterator

import pytest

from servicekit.working import Worker
from services.recommender.backends.fake import FakeGroups
from services.recommender.grouping import Grouping
from services.recommender.groups import (
    BuildError,
    BusyError,
    NoGroupsError,
    Order,
    Progress,
    TooFewSongsError,
)
from services.recommender.predicting import Built
from tests.unit.recommender.desk import Desk
from tests.unit.recommender.flocks import flocks, middle, stand_in


class Case:
    """A grouping of flocks, six of their songs without sound, by a builder that has its groups."""

    def __init__(self, worker: Worker, built: Built | None) -> None:
        self.builder = FakeGroups(built)
        self.catalogue = Desk(flocks(30, quiet=6)).catalogue
        self.grouping = Grouping(self.catalogue, self.builder, worker)

    async def build(self, groups: int) -> list[Progress]:
        return [each async for each in self.grouping.build(Order(groups, 1))]


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker("test", 4)
    yield made
    await made.close()


async def test_at_the_end_the_catalogue_has_the_groups(worker: Worker) -> None:
    case = Case(worker, stand_in())
    assert [each.stage for each in await case.build(6)] == ["reading", "grouping"]
    assert sum(tracks for tracks, _ in case.catalogue.membership.counts()) == 30
    assert case.grouping.scores(middle(1))[0][0] == "2"
    assert case.builder.is_clear


async def test_ids_are_never_used_again(worker: Worker) -> None:
    case = Case(worker, stand_in())
    await case.build(6)
    await case.build(6)
    assert case.builder.first_ids == [1, 7]


async def test_only_one_building_goes_on_at_a_time(worker: Worker) -> None:
    case = Case(worker, stand_in())
    first = case.grouping.build(Order(6, 1))
    await anext(first)
    with pytest.raises(BusyError):
        await case.build(6)
    await first.aclose()
    assert case.builder.is_clear
    assert await case.build(6)


async def test_a_building_that_fails_leaves_the_groups_of_before(worker: Worker) -> None:
    case = Case(worker, None)
    before = stand_in()
    case.catalogue.regroup(before)
    with pytest.raises(BuildError):
        await case.build(6)
    assert case.catalogue.membership.built is before
    assert case.builder.is_clear


@pytest.mark.parametrize(("groups", "enough"), [(12, True), (13, False)])
async def test_every_group_needs_two_songs_with_sound(
    worker: Worker, groups: int, enough: bool
) -> None:
    case = Case(worker, stand_in())
    if enough:
        await case.build(groups)
        return
    with pytest.raises(TooFewSongsError) as caught:
        await case.build(groups)
    assert (caught.value.needed, caught.value.given) == (26, 24)


async def test_before_groups_are_built_none_is_told(worker: Worker) -> None:
    with pytest.raises(NoGroupsError):
        Case(worker, None).grouping.scores(middle(1))
