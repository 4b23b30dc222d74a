"""The invented world: the same for the same seed, coherent lives, everybody found by number."""

from datetime import date

import pytest

from web.sandbox.families import MARRIED
from web.sandbox.numbers import HOUSEHOLDS, identity_number
from web.sandbox.people import Quirk, SandboxHousehold
from web.sandbox.specials import special_households
from web.sandbox.world import World

DAY = date(2026, 11, 21)
SAMPLE = range(600)


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=1)


@pytest.fixture(scope="module")
def sample(world: World) -> list[SandboxHousehold]:
    return [world.household(number) for number in SAMPLE]


def test_the_same_seed_makes_the_same_world_in_any_order(world: World) -> None:
    again, other = World(seed=1), World(seed=2)

    assert [again.household(n) for n in reversed(SAMPLE)] == [world.household(n) for n in reversed(SAMPLE)]
    assert other.household(500) != world.household(500)


def test_everybody_is_found_by_number_and_nobody_twice(sample: list[SandboxHousehold], world: World) -> None:
    people = [(household, person) for household in sample for person in household.residents]

    assert len({person.id_no for _, person in people}) == len(people)
    for household, person in people:
        assert world.find(person.id_no) == (household, person)


def test_a_number_nobody_has_is_not_found(world: World) -> None:
    assert world.find(identity_number(500, 0, True, 1921)) is None
    assert world.find("110105194912310029") is None


@pytest.mark.parametrize("number", [-1, HOUSEHOLDS])
def test_there_are_a_hundred_thousand_households(world: World, number: int) -> None:
    assert world.household(HOUSEHOLDS - 1).number == HOUSEHOLDS - 1
    with pytest.raises(IndexError):
        world.household(number)


def test_households_have_one_to_nine_members_and_a_head(sample: list[SandboxHousehold]) -> None:
    sizes = {sum(not person.supports for person in household.declared) for household in sample}

    assert sizes >= {1, 2, 3, 4, 5, 9}
    assert max(sizes) == 9
    assert all(household.head.relation == "02" for household in sample)


def test_lives_are_coherent(sample: list[SandboxHousehold]) -> None:
    for household in sample:
        parents = [person for person in household.residents if person.relation in ("02", "11", "12")]
        for person in household.residents:
            age = person.age_on(DAY)
            assert 0 <= age < 105
            assert age >= 18 or not (person.job or person.pension or person.accounts)
            assert not (person.job and person.pension) or person.shows_everything
            assert person.relation not in ("20", "30") or all(
                p.born_on.year + 18 < person.born_on.year for p in parents
            )
            if person.marital == MARRIED and not person.supports:
                assert [m.event for m in person.marriages] == ["marriage"]
                assert all(m.on.year - person.born_on.year >= 20 for m in person.marriages)


def test_people_of_one_household_have_different_birthdays(sample: list[SandboxHousehold]) -> None:
    big = [household for household in sample if len(household.residents) > 2]

    same = [h for h in big if len({(p.born_on.month, p.born_on.day) for p in h.residents}) == 1]

    assert same == []


def test_most_households_are_regular_and_the_share_is_set(sample: list[SandboxHousehold]) -> None:
    drawn = [household for household in sample if household.number >= 100]

    irregular = sum(household.quirk is not Quirk.NONE for household in drawn)

    assert 0 < irregular < len(drawn) // 10
    honest = World(seed=1, irregular_percent=0)
    assert {honest.household(n).quirk for n in range(100, 600)} == {Quirk.NONE}


def test_the_named_households_are_what_their_names_say(world: World) -> None:
    named = {name: world.household(number) for name, number in special_households().items()}

    assert named["suspended"].quirk is Quirk.UNDECLARED_SPOUSE
    assert not named["suspended"].residents[1].declared
    assert [person.declared for person in named["undeclared_child"].residents].count(False) == 1
    assert named["doubtful"].quirk is Quirk.UNDERSTATED_WAGE
    assert named["flaky_source"].quirk is Quirk.FLAKY_SOURCE
    assert len(named["nine_members"].declared) == 9
    assert named["rare_name"].head.name == "周㛃"
    assert all(
        person.age_on(DAY) >= 55 for person in named["pensioner_couple"].residents if not person.supports
    )
    assert any(person.schooling and person.age_on(DAY) >= 18 for person in named["student"].residents)
    assert [person.died_on is not None for person in named["deceased_member"].residents].count(True) == 1
    assert named["extreme_hardship"].head.disability is not None
    assert len(named["extreme_hardship"].residents) == 1
