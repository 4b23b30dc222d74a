"""Passwords and powers: pure rules."""

import pytest

from engine.configuration.passwords import (
    NOBODY,
    digest_of_code,
    hash_password,
    is_of_today,
    is_password,
    new_code,
)
from engine.domain.authority import RIGHTS, Doing, NotYourPost, Person, Power, Right, is_second_pair
from engine.domain.posts import ACCEPTANCE, ALL_POSTS, EXCHANGE, OFFICES
from engine.domain.sign_in import PasswordTooWeak, check_password

GOOD = ("一号楼前的三棵玉兰树开花了", "correct horse battery", "Tr4verse-the-river", "x7Kq!mP2vB9z")
BAD = (
    "",
    "short-1!Ab",
    "aaaaaaaaaaaaaaaa",
    "abababababab",
    "123456789012",
    "abcdefghijklmn",
    "Password2026!!",
    "my-A001-is-secret",
    "长" * 129,
)


@pytest.mark.parametrize("password", GOOD)
def test_a_long_and_varied_password_is_taken(password: str) -> None:
    check_password(password, "A001")


@pytest.mark.parametrize("password", BAD)
def test_a_short_plain_or_common_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordTooWeak):
        check_password(password, "A001")


def test_the_same_password_typed_in_another_form_of_unicode_is_the_same() -> None:
    composed, decomposed = "Überraschung-7", "U\u0308berraschung-7"

    assert is_password(hash_password(composed), decomposed)
    assert not is_password(hash_password(composed), composed + " ")


def test_the_hash_for_names_that_do_not_exist_is_as_dear_as_a_real_one() -> None:
    assert is_of_today(NOBODY)
    assert is_of_today(hash_password(GOOD[1]))
    assert not is_password(None, "")


def test_a_code_is_the_same_however_it_is_typed() -> None:
    code = new_code()

    assert digest_of_code(code) == digest_of_code(f" {code.lower().replace('-', ' ')} ")
    assert digest_of_code(code) != digest_of_code(new_code())


def test_every_right_belongs_to_a_known_post_and_no_office_handles_cases() -> None:
    assert RIGHTS.keys() == set(Right)
    assert {post for posts in RIGHTS.values() for post in posts} <= set(ALL_POSTS)
    for right in (Right.READ_CASES, Right.SHOW_ID_NUMBER, Right.SHOW_AMOUNT, Right.TRANSFER_ANY):
        assert RIGHTS[right].isdisjoint(OFFICES)


def test_an_own_power_goes_before_one_that_is_stood_in_for() -> None:
    lanes = frozenset({ACCEPTANCE})
    stood_in, own = Power(ACCEPTANCE, lanes, "A002"), Power(ACCEPTANCE, lanes)

    assert Person("A001", (stood_in, own)).power_for(ACCEPTANCE) == own
    with pytest.raises(NotYourPost):
        Person("A001", (own,)).power_for(EXCHANGE)


@pytest.mark.clause("M 6.1 b")
@pytest.mark.parametrize(
    ("doing", "is_second"),
    [
        (Doing("second", "B"), True),
        (Doing("second", "A"), False),
        (Doing("second", "B", "A"), False),
        (Doing("second", "C", "B"), True),
        (Doing("second", "X"), False),
    ],
)
def test_everybody_with_a_hand_in_the_first_is_out_of_the_second(doing: Doing, is_second: bool) -> None:
    others = [Doing("first", "A", "X"), Doing("contact", "B")]

    assert is_second_pair(doing, others, frozenset({"first"})) is is_second
