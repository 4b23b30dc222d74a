"""Guessing through the door: it locks nobody out, and neither half of the proof makes the other free."""

from engine.domain.sign_in import OF_ACCOUNT, OF_ADDRESS
from tests.door import Door
from tests.staff import PASSWORD, employ, guess
from tests.web.accounts.browser import Browser


def test_strangers_who_try_the_name_do_not_keep_its_owner_out(door: Door) -> None:
    staff = employ(door.house, "N001")
    owner = Browser(door.app.test_client())
    owner.send("/sign-in", name="N001", password=PASSWORD)
    owner.send("/sign-in/second-factor", code=staff.code(door.house.clock.now()))
    owner.send("/sign-out", page="/account")
    door.house.clock.pass_time(minutes=2)
    for number in range(60):
        guess(door.house, "N001", f"192.0.2.{number % 5}")

    stranger = Browser(door.app.test_client(), "192.0.2.77").send("/sign-in", name="N001", password=PASSWORD)
    again = owner.send("/sign-in", name="N001", password=PASSWORD)

    assert (stranger.status_code, again.status_code) == (429, 303)
    assert "秒后" in stranger.text


def test_a_browser_known_for_one_account_is_a_stranger_to_another(door: Door) -> None:
    staff = employ(door.house, "N001")
    employ(door.house, "N002")
    browser = Browser(door.app.test_client())
    browser.send("/sign-in", name="N001", password=PASSWORD)
    browser.send("/sign-in/second-factor", code=staff.code(door.house.clock.now()))

    tried = [guess(door.house, "N002", "192.0.2.9", browser.cookie("hedui-device")) for _ in range(7)]

    assert tried.count(True) == OF_ACCOUNT.free


def test_knowing_the_password_does_not_make_guessing_the_second_factor_free(door: Door) -> None:
    employ(door.house, "N001")
    browser = Browser(door.app.test_client())
    statuses = []

    browser.send("/sign-in", name="N001", password=PASSWORD)
    for _ in range(8):
        statuses.append(browser.send("/sign-in/second-factor", code="000000").status_code)

    assert statuses == [401] * 5 + [429] * 3
    assert browser.send("/sign-in", name="N001", password=PASSWORD).status_code == 429


def test_behind_a_proxy_on_this_machine_the_address_is_the_one_it_wrote_down(door: Door) -> None:
    """What a client writes into the header itself comes before that and does not count."""
    proxied = Browser(door.app.test_client(), "127.0.0.1")
    statuses = []
    for number in range(OF_ADDRESS.free + 1):
        proxied.get("/sign-in")
        page = proxied.get("/sign-in").text
        token = page.split('name="_form" value="')[1].split('"')[0]
        headers = {"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.50"}
        fields = {"_form": token, "name": f"A{number:03d}x", "password": ""}
        statuses.append(proxied.post("/sign-in", headers, **fields).status_code)

    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {401}
