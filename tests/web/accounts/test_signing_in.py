"""Signing in: one-time code, password, second factor; sessions that are renewed and that end."""

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from engine.configuration.accounts import add_account, reset_account, set_active
from engine.configuration.passwords import is_of_today
from engine.domain.posts import ACCEPTANCE
from engine.store.accounts import TOTP_SECRET, Account, RecoveryCode
from engine.store.audit import AuditEvent
from engine.store.sessions import KnownDevice, StaffSession
from engine.store.sign_in_failures import SignInFailure
from tests.door import Door
from tests.staff import PASSWORD, Employed, a_session, employ
from tests.web.accounts.browser import Browser

NEW = "窗前的第二棵桂花又开了呢"


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door.app.test_client())


def another_browser(door: Door, address: str = "192.0.2.99") -> Browser:
    return Browser(door.app.test_client(), address)


def actions(door: Door) -> list[tuple[str, str]]:
    with door.house.database.reading() as session:
        wanted = select(AuditEvent.actor, AuditEvent.action).order_by(AuditEvent.id)
        return [(actor, action) for actor, action in session.execute(wanted) if action != "unit_registered"]


def signed_in(door: Door, browser: Browser, staff: Employed) -> str:
    """The id of the session."""
    browser.send("/sign-in", name=staff.name, password=PASSWORD)
    browser.send("/sign-in/second-factor", code=staff.code(door.house.clock.now()))
    door.house.clock.pass_time(minutes=2)
    return browser.cookie("hedui") or ""


def test_a_new_account_begins_with_its_code_and_ends_with_recovery_codes(
    door: Door, browser: Browser
) -> None:
    with door.house.database.transaction() as session:
        code = add_account(session, "N001", "hedui", door.house.clock.now())

    started = browser.send(
        "/sign-in/start", name="N001", code=code.lower().replace("-", " "), password=NEW, repeated=NEW
    )
    set_up = browser.get("/sign-in/set-up")
    secret = "".join(
        part.split("<")[0]
        for part in set_up.text.split('hd-secret">')[1].split("</p>")[0].split("<span>")[1:]
    )
    done = browser.send(
        "/sign-in/second-factor",
        page="/sign-in/set-up",
        code=pyotp.TOTP(secret).at(door.house.clock.now()),
    )

    assert started.headers["Location"] == "/sign-in/set-up"
    assert "<svg" in set_up.text
    assert "style=" not in set_up.text
    assert done.text.count('class="hd-secret"') == 10
    assert browser.get("/account").status_code == 200
    assert [action for _, action in actions(door)] == [
        "account_added",
        "account_started",
        "second_factor_set",
        "signed_in",
    ]


def test_the_one_time_code_is_right_once_and_for_three_days(door: Door, browser: Browser) -> None:
    now = door.house.clock.now()
    with door.house.database.transaction() as session:
        used, old = add_account(session, "N001", "hedui", now), add_account(session, "N002", "hedui", now)
    browser.send("/sign-in/start", name="N001", code=used, password=NEW, repeated=NEW)

    again = another_browser(door).send("/sign-in/start", name="N001", code=used, password=NEW, repeated=NEW)
    door.house.clock.pass_time(hours=72)
    late = another_browser(door).send("/sign-in/start", name="N002", code=old, password=NEW, repeated=NEW)

    assert (again.status_code, late.status_code) == (401, 401)


def test_password_and_second_factor_open_the_door_and_each_gives_another_session(
    door: Door, browser: Browser
) -> None:
    staff = employ(door.house, "N001", ACCEPTANCE)
    browser.get("/sign-in")
    before = browser.cookie("hedui-form")

    browser.send("/sign-in", name="N001", password=PASSWORD)
    half = browser.cookie("hedui")
    closed = browser.get("/account")
    browser.send("/sign-in/second-factor", code=staff.code(door.house.clock.now()))
    whole = browser.cookie("hedui")

    assert closed.headers["Location"].startswith("/sign-in/second-factor")
    assert browser.get("/account").status_code == 200
    assert len({before, half, whole}) == 3
    assert None not in (before, half, whole)
    with door.house.database.reading() as session:
        (kept,) = session.scalars(select(StaffSession))
    assert not kept.is_half
    assert (whole or "").encode() not in kept.digest
    browser.bring(half or "")
    assert browser.get("/account").status_code == 303


def test_the_cookies_are_for_this_host_over_tls_and_for_no_script(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")

    answer = browser.send("/sign-in", name="N001", password=PASSWORD)

    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if "hedui=" in line]
    assert cookie.startswith("__Host-hedui=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_what_was_wrong_is_not_told(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")
    employ(door.house, "N002")
    with door.house.database.transaction() as session:
        set_active(session, "N002", False, "S001", door.house.clock.now())

    answers = [
        browser.send("/sign-in", name=name, password=password)
        for name, password in (("N001", "x" * 12), ("B999", PASSWORD), ("N002", PASSWORD), ("", ""))
    ]

    told = {
        (answer.status_code, answer.text.replace(f'value="{name}"', ""))
        for answer, name in zip(answers, ("N001", "B999", "N002", ""), strict=True)
    }
    words = {text.split('class="hd-error"')[1].split("</p>")[0] for _, text in told}
    assert {status for status, _ in told} == {401}
    assert len(words) == 1
    assert [actor for actor, action in actions(door) if action == "sign_in_refused"] == [
        "N001",
        "unknown",
        "N002",
        "unknown",
    ]


def test_a_code_of_the_second_factor_is_right_once(door: Door, browser: Browser) -> None:
    staff = employ(door.house, "N001")
    code = staff.code(door.house.clock.now())
    signed_in_once = browser.send("/sign-in", name="N001", password=PASSWORD)
    browser.send("/sign-in/second-factor", code=code)
    other = another_browser(door)

    other.send("/sign-in", name="N001", password=PASSWORD)
    again = other.send("/sign-in/second-factor", code=code)

    assert signed_in_once.status_code == 303
    assert again.status_code == 401
    assert other.get("/account").status_code == 303


def test_a_recovery_code_replaces_the_second_factor_once(door: Door, browser: Browser) -> None:
    with door.house.database.transaction() as session:
        code = add_account(session, "N001", "hedui", door.house.clock.now())
    browser.send("/sign-in/start", name="N001", code=code, password=NEW, repeated=NEW)
    with door.house.database.reading() as session:
        account = session.scalars(select(Account).where(Account.name == "N001")).one()
    secret = TOTP_SECRET.open(door.house.platform.vault, account).decode()
    code = pyotp.TOTP(secret).at(door.house.clock.now())
    page = browser.send("/sign-in/second-factor", page="/sign-in/set-up", code=code).text
    recovery = page.split('class="hd-secret">')[1].split("<")[0]

    for expected in (303, 401):
        other = another_browser(door)
        other.send("/sign-in", name="N001", password=NEW)
        assert other.send("/sign-in/second-factor", code=recovery).status_code == expected
    with door.house.database.reading() as session:
        assert sum(row.used_at is not None for row in session.scalars(select(RecoveryCode))) == 1


def test_who_has_a_second_factor_is_never_shown_its_secret_again(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")
    browser.send("/sign-in", name="N001", password=PASSWORD)

    answer = browser.get("/sign-in/set-up")

    assert answer.status_code == 403
    assert "hd-secret" not in answer.text


@pytest.mark.parametrize(
    ("half", "minutes", "alive"), [(False, 29, True), (False, 30, False), (True, 9, True), (True, 10, False)]
)
def test_a_session_nobody_uses_ends(
    door: Door, browser: Browser, half: bool, minutes: int, alive: bool
) -> None:
    employ(door.house, "N001")
    browser.bring(a_session(door.house, "N001", is_half=half))

    door.house.clock.pass_time(minutes=minutes)

    page = "/sign-in/second-factor" if half else "/account"
    assert browser.get(page).status_code == (200 if alive else 303)


def test_a_session_ends_after_ten_hours_however_busy_it_is(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")
    browser.bring(a_session(door.house, "N001"))

    statuses = []
    for _ in range(31):
        door.house.clock.pass_time(minutes=20)
        statuses.append(browser.get("/account").status_code)

    assert statuses == [200] * 29 + [303, 303]


def test_leaving_ends_the_session_and_leaving_everywhere_all_of_them(door: Door, browser: Browser) -> None:
    staff = employ(door.house, "N001")
    first = signed_in(door, browser, staff)
    second, third = another_browser(door), another_browser(door)
    signed_in(door, second, staff)
    signed_in(door, third, staff)

    browser.send("/sign-out", page="/account")
    after_one = [each.get("/account").status_code for each in (browser, second, third)]
    second.send("/sign-out/everywhere", page="/account")
    after_all = [each.get("/account").status_code for each in (browser, second, third)]
    browser.bring(first)

    assert (after_one, after_all) == ([303, 200, 200], [303, 303, 303])
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("act", ["disable", "reset"])
def test_a_closed_or_reset_account_is_out_at_once(door: Door, browser: Browser, act: str) -> None:
    employ(door.house, "N001")
    browser.bring(a_session(door.house, "N001"))

    with door.house.database.transaction() as session:
        if act == "disable":
            set_active(session, "N001", False, "S001", door.house.clock.now())
        else:
            reset_account(session, "N001", "S001", door.house.clock.now())

    assert browser.get("/account").status_code == 303


def test_a_changed_password_ends_the_other_sessions_and_renews_this_one(door: Door, browser: Browser) -> None:
    staff = employ(door.house, "N001")
    before = signed_in(door, browser, staff)
    other = another_browser(door)
    signed_in(door, other, staff)

    wrong = browser.send("/account/password", old="不是这个密码吧你说", password=NEW, repeated=NEW)
    differs = browser.send("/account/password", old=PASSWORD, password=NEW, repeated=NEW + "。")
    weak = browser.send("/account/password", old=PASSWORD, password="n001n001n001", repeated="n001n001n001")
    changed = browser.send("/account/password", old=PASSWORD, password=NEW, repeated=NEW)

    assert [answer.status_code for answer in (wrong, differs, weak, changed)] == [409, 400, 409, 303]
    assert "错误：" in wrong.text
    assert NEW not in wrong.text + differs.text
    assert browser.cookie("hedui") != before
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert another_browser(door).send("/sign-in", name="N001", password=PASSWORD).status_code == 401


def test_the_way_on_leads_to_our_own_pages_only(door: Door, browser: Browser) -> None:
    ways = {}
    for wanted in ("/account/password", "//evil.example", "https://evil.example", "/\\evil.example"):
        staff = employ(door.house, "N001")
        visitor = another_browser(door)
        visitor.send(f"/sign-in?next={wanted}", name="N001", password=PASSWORD)
        path = f"/sign-in/second-factor?next={wanted}"
        ways[wanted] = visitor.send(path, code=staff.code(door.house.clock.now())).headers["Location"]
        door.house.clock.pass_time(minutes=2)

    assert ways.pop("/account/password") == "/account/password"
    assert set(ways.values()) == {"/account"}


def test_a_page_asked_for_without_a_session_is_reached_after_signing_in(door: Door, browser: Browser) -> None:
    answer = browser.get("/account/password")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account/password")


def test_nothing_that_opens_a_door_is_stored_readable(door: Door, browser: Browser) -> None:
    staff = employ(door.house, "N001")
    token = signed_in(door, browser, staff)
    device = browser.cookie("hedui-device") or ""
    browser.send("/sign-in", name="320402198506150010", password="x" * 12)

    with door.house.database.reading() as session:
        stored = [
            value
            for table in (Account, StaffSession, KnownDevice, SignInFailure, RecoveryCode)
            for row in session.execute(select(table.__table__)).all()
            for value in row
        ]

    for secret in (token, device, staff.secret, PASSWORD, "320402198506150010"):
        assert not any(secret in str(value) or secret.encode() in _bytes(value) for value in stored)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def test_an_old_hash_is_renewed_by_the_next_right_password(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with door.house.database.transaction() as session:
        session.execute(update(Account).where(Account.name == "N001").values(password_hash=old))

    answer = browser.send("/sign-in", name="N001", password=PASSWORD)

    with door.house.database.reading() as session:
        stored = session.scalars(select(Account.password_hash).where(Account.name == "N001")).one()
    assert answer.status_code == 303
    assert stored is not None
    assert is_of_today(stored)
    assert not is_of_today(old)


def test_the_old_password_is_no_longer_taken_for_the_next_change(door: Door, browser: Browser) -> None:
    employ(door.house, "N001")
    browser.bring(a_session(door.house, "N001"))
    browser.send("/account/password", old=PASSWORD, password=NEW, repeated=NEW)

    again = browser.send("/account/password", old=PASSWORD, password=PASSWORD, repeated=PASSWORD)

    assert again.status_code == 409
    assert browser.get("/account").status_code == 200
