"""The whole way of an account through the door of the engine, on both databases."""

import threading

import pyotp
import pytest

from engine.configuration.accounts import AccountKnown, add_account, reset_account
from engine.configuration.attempts import Attempt, SignInRefused
from engine.configuration.password_change import PasswordChange, PasswordWrong, change_password
from engine.configuration.signing_in import (
    Entrance,
    SessionOver,
    Visitor,
    factor_to_set_up,
    renew_session,
    show_second_factor,
    sign_in,
    sign_out,
    start_account,
    visitor_of,
)
from engine.domain.authority import NotAuthorised
from engine.domain.errors import NotFound
from tests.engine.house import House
from tests.staff import PASSWORD, Employed, employ

NEW = "窗前的第二棵桂花又开了呢"
HERE = Attempt("192.0.2.1", None)


def visitor_with(house: House, entrance: Entrance) -> Visitor | None:
    with house.database.reading() as session:
        return visitor_of(session, entrance.token, house.clock.now())


def half_of(house: House, password: str = PASSWORD) -> Visitor:
    visitor = visitor_with(house, sign_in(house.database.transaction, house.platform, "N001", password, HERE))
    assert visitor is not None
    return visitor


def whole_of(house: House, staff: Employed) -> Visitor:
    code = staff.code(house.clock.now())
    entrance = show_second_factor(house.database.transaction, house.platform, half_of(house), code, HERE)
    visitor = visitor_with(house, entrance)
    assert visitor is not None
    return visitor


def test_an_account_goes_from_its_code_to_leaving(any_house: House) -> None:
    house, opening = any_house, any_house.database.transaction
    with opening() as session:
        code = add_account(session, "N001", "T001", house.clock.now())
    half = visitor_with(house, start_account(opening, house.platform, "N001", code, PASSWORD, HERE))
    assert half is not None
    with house.database.reading() as session:
        secret, address = factor_to_set_up(session, house.platform.vault, half)

    entrance = show_second_factor(
        opening, house.platform, half, pyotp.TOTP(secret).at(house.clock.now()), HERE
    )
    whole = visitor_with(house, entrance)
    assert whole is not None
    renewed = change_password(opening, house.platform, whole, PasswordChange(PASSWORD, NEW), HERE)
    last = visitor_with(house, renewed)
    assert last is not None
    with opening() as session:
        sign_out(session, last, everywhere=False, now=house.clock.now())

    assert address.startswith("otpauth://totp/")
    assert len(set(entrance.recovery_codes)) == 10
    assert (half.is_half, half.has_factor, whole.is_half, whole.has_factor) == (True, False, False, True)
    assert [visitor_with(house, each) for each in (entrance, renewed)] == [None, None]
    assert half_of(house, NEW).has_factor


def test_one_code_presented_at_the_same_time_opens_one_door(any_house: House) -> None:
    house = any_house
    staff = employ(house, "N001")
    halves = [half_of(house) for _ in range(4)]
    code = staff.code(house.clock.now())
    opened: list[bool] = []

    def present(half: Visitor) -> None:
        try:
            show_second_factor(house.database.transaction, house.platform, half, code, HERE)
        except SignInRefused:
            opened.append(False)
        else:
            opened.append(True)

    threads = [threading.Thread(target=present, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(opened) == [False, False, False, True]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "00 00 00", "ABCD-EFGH"])
def test_what_is_no_code_is_refused(house: House, code: str) -> None:
    employ(house, "N001")

    with pytest.raises(SignInRefused):
        show_second_factor(house.database.transaction, house.platform, half_of(house), code, HERE)


@pytest.mark.parametrize(("seconds", "is_right"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_the_clock_of_the_telephone_may_be_half_a_minute_off(
    house: House, seconds: int, is_right: bool
) -> None:
    staff = employ(house, "N001")
    half = half_of(house)
    now = house.clock.now()
    code = pyotp.TOTP(staff.secret).at(now, counter_offset=seconds // 30)

    try:
        show_second_factor(house.database.transaction, house.platform, half, code, HERE)
    except SignInRefused:
        assert not is_right
    else:
        assert is_right


def test_a_half_session_is_used_once_and_a_whole_one_never(house: House) -> None:
    staff = employ(house, "N001")
    half = half_of(house)
    opening, platform = house.database.transaction, house.platform
    show_second_factor(opening, platform, half, staff.code(house.clock.now()), HERE)
    house.clock.pass_time(minutes=1)

    with pytest.raises(SessionOver):
        show_second_factor(opening, platform, half, staff.code(house.clock.now()), HERE)
    whole = whole_of(house, staff)
    with pytest.raises(SessionOver):
        show_second_factor(opening, platform, whole, staff.code(house.clock.now()), HERE)


def test_the_secret_of_the_factor_is_for_the_owner_who_sets_it_up(house: House) -> None:
    staff = employ(house, "N001")

    for visitor in (half_of(house), whole_of(house, staff)):
        with pytest.raises(NotAuthorised), house.database.reading() as session:
            factor_to_set_up(session, house.platform.vault, visitor)


def test_a_reset_account_opens_with_its_new_code_only(house: House) -> None:
    staff = employ(house, "N001")
    opening, platform = house.database.transaction, house.platform
    whole = whole_of(house, staff)
    with opening() as session:
        code = reset_account(session, "N001", "S001", house.clock.now())

    with pytest.raises(SignInRefused):
        sign_in(opening, platform, "N001", PASSWORD, HERE)
    with pytest.raises(SessionOver), opening() as session:
        renew_session(session, whole, house.clock.now())
    with pytest.raises(PasswordWrong):
        change_password(opening, platform, whole, PasswordChange(PASSWORD, NEW), HERE)
    half = visitor_with(house, start_account(opening, platform, "N001", code, NEW, HERE))

    assert half is not None
    assert not half.has_factor


def test_an_account_is_added_once_and_reset_only_when_it_is_there(house: House) -> None:
    employ(house, "N001")

    with pytest.raises(AccountKnown), house.database.transaction() as session:
        add_account(session, "N001", "T001", house.clock.now())
    with pytest.raises(NotFound), house.database.transaction() as session:
        reset_account(session, "N999", "T001", house.clock.now())
