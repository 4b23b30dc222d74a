"""Guessing: it takes longer and longer, for names that do not exist as for those that do."""

import threading
from datetime import timedelta

import pytest

from engine.configuration.attempts import Attempt, SignInRefused
from engine.configuration.signing_in import sign_in
from engine.domain.sign_in import OF_ACCOUNT, OF_ADDRESS
from tests.engine.house import House
from tests.staff import PASSWORD, employ, guess


def guesses_in(house: House, name: str, hours: int, address: str = "192.0.2.1") -> int:
    taken = 0
    for _ in range(hours * 720):
        taken += guess(house, name, address)
        house.clock.pass_time(seconds=5)
    return taken


def test_fewer_than_thirty_passwords_can_be_tried_in_an_hour(house: House) -> None:
    employ(house, "N001")

    assert 5 < guesses_in(house, "N001", 1) < 30


def test_a_name_without_an_account_is_waited_for_just_as_long(house: House) -> None:
    employ(house, "N001")

    known = guesses_in(house, "N001", 1, "192.0.2.1")
    unknown = guesses_in(house, "B999", 1, "192.0.2.2")

    assert known == unknown


def test_one_address_that_tries_many_names_is_slowed_down(house: House) -> None:
    tried = [guess(house, f"A{number}", "192.0.2.1") for number in range(100)]

    assert sum(tried) == OF_ADDRESS.free
    assert guess(house, "A200", "192.0.2.2")


def test_the_waiting_grows_to_a_limit_and_is_forgotten_after_a_day(house: House) -> None:
    waits = [OF_ACCOUNT.wait_after(failures) for failures in (4, 5, 6, 7, 99)]
    guesses_in(house, "N001", 1)
    locked = guess(house, "N001", "192.0.2.3"), guess(house, "N001", "192.0.2.3")

    house.clock.pass_time(hours=25)

    assert waits == [timedelta(seconds=seconds) for seconds in (0, 1, 2, 4, 300)]
    assert False in locked
    assert all(guess(house, "N001", "192.0.2.3") for _ in range(OF_ACCOUNT.free))


def test_many_guesses_at_the_same_time_are_many_guesses(any_house: House) -> None:
    house = any_house
    taken: list[bool] = []

    def try_often() -> None:
        for _ in range(10):
            taken.append(guess(house, "N001", "192.0.2.1"))

    threads = [threading.Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 40
    assert taken.count(True) == OF_ACCOUNT.free


def test_a_right_password_is_not_counted_against_anybody(any_house: House) -> None:
    employ(any_house, "N001")
    opening, platform = any_house.database.transaction, any_house.platform

    for _ in range(4):
        sign_in(opening, platform, "N001", PASSWORD, Attempt("192.0.2.1", None))
    with pytest.raises(SignInRefused):
        sign_in(opening, platform, "N001", PASSWORD + "!", Attempt("192.0.2.1", None))

    assert all(guess(any_house, "N001", "192.0.2.1") for _ in range(OF_ACCOUNT.free - 1))
    assert not guess(any_house, "N001", "192.0.2.1")
