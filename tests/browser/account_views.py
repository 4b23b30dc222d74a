"""The pages of signing in and of one's own account."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import update

from engine.domain.posts import ACCEPTANCE, FRONT_DESK, SUPERVISOR
from engine.store.accounts import Account, account_named
from engine.store.grants import GrantState, PostGrant
from tests.browser.clerk import Clerk
from tests.browser.views import Scene, View
from tests.staff import PASSWORD, employ

WRONG = "不是这个密码也不是那个"


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def _refused(clerk: Clerk) -> Clerk:
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    expect(clerk.page).to_have_title(re.compile("^错误"))
    return clerk


def _sign_in(scene: Scene) -> Clerk:
    clerk = scene.visit()
    clerk.go("/sign-in")
    return clerk


def _sign_in_refused(scene: Scene) -> Clerk:
    clerk = _sign_in(scene)
    clerk.page.get_by_label("工号").fill("NOBODY")
    clerk.page.get_by_label("密码").fill(WRONG)
    press(clerk.page, "登录")
    return _refused(clerk)


def _start(scene: Scene) -> Clerk:
    clerk = _sign_in(scene)
    clerk.page.get_by_role("link", name="首次登录，或者账号已重置").click()
    expect(clerk.page.get_by_role("heading", name="启用账号")).to_be_visible()
    return clerk


def _start_refused(scene: Scene) -> Clerk:
    clerk = _start(scene)
    clerk.page.get_by_label("工号").fill("NOBODY")
    clerk.page.get_by_label("一次性代码").fill("ABCD-EFGH-IJKL-MNOP")
    clerk.page.get_by_label("新密码", exact=True).fill(PASSWORD)
    clerk.page.get_by_label("再次输入新密码").fill(WRONG)
    press(clerk.page, "下一步")
    return _refused(clerk)


def _factor(scene: Scene) -> Clerk:
    """Signed in by the page, as far as the password goes."""
    employ(scene.stage, "V100", ACCEPTANCE)  # type: ignore[arg-type]  # has what it needs
    clerk = _sign_in(scene)
    clerk.page.get_by_label("工号").fill("V100")
    clerk.page.get_by_label("密码").fill(PASSWORD)
    press(clerk.page, "登录")
    expect(clerk.page.get_by_role("heading", name="动态验证码")).to_be_visible()
    return clerk


def _factor_refused(scene: Scene) -> Clerk:
    clerk = _factor(scene)
    clerk.page.get_by_label("动态验证码").fill("000000x")
    press(clerk.page, "登录")
    return _refused(clerk)


def _set_up(scene: Scene) -> Clerk:
    employ(scene.stage, "V101", ACCEPTANCE)  # type: ignore[arg-type]  # has what it needs
    with scene.stage.database.transaction() as session:
        session.execute(update(Account).where(Account.name == "V101").values(totp_since=None))
    clerk = scene.visit()
    clerk.bring_session("V101", is_half=True)
    clerk.go("/sign-in/set-up")
    return clerk


def _set_up_refused(scene: Scene) -> Clerk:
    clerk = _set_up(scene)
    clerk.page.get_by_label("动态验证码").fill("000000x")
    press(clerk.page, "确认")
    return _refused(clerk)


def _account(scene: Scene) -> Clerk:
    clerk = scene.hire("V102", SUPERVISOR)
    clerk.go("/account")
    return clerk


def _password(scene: Scene) -> Clerk:
    clerk = scene.hire("V103", ACCEPTANCE)
    clerk.go("/account")
    clerk.page.get_by_role("link", name="修改密码").click()
    expect(clerk.page.get_by_role("heading", name="修改密码")).to_be_visible()
    return clerk


def _password_refused(scene: Scene) -> Clerk:
    clerk = _password(scene)
    clerk.page.get_by_label("现在的密码").fill(PASSWORD)
    clerk.page.get_by_label("新密码", exact=True).fill("V103V103V103")
    clerk.page.get_by_label("再次输入新密码").fill("V103V103V103")
    press(clerk.page, "修改密码")
    return _refused(clerk)


def _grants(scene: Scene) -> Clerk:
    """One for somebody else to decide, and one's own that others must decide."""
    for name in ("V104", "V105"):
        employ(scene.stage, name, SUPERVISOR)  # type: ignore[arg-type]  # has what it needs
    with scene.stage.database.transaction() as session:
        for name, by in (("V105", "T001"), ("V104", "V104")):
            account = account_named(session, name)
            assert account is not None
            now = scene.stage.clock.now()
            grant = {"state": GrantState.PROPOSED, "proposed_by": by, "proposed_at": now, "since": now}
            session.add(PostGrant(account_id=account.id, post=FRONT_DESK, **grant))
    clerk = scene.visit()
    clerk.bring_session("V104")
    clerk.go("/accounts/grants")
    return clerk


def _grant_refused(scene: Scene) -> Clerk:
    clerk = scene.hire("V107", SUPERVISOR)
    clerk.go("/accounts/grants")
    clerk.page.get_by_label("工号", exact=True).fill("V107")
    clerk.page.get_by_label("开始日期").fill("明天")
    press(clerk.page, "提出")
    return _refused(clerk)


def _grants_decided(scene: Scene) -> Clerk:
    """Every proposal decided, so that none is left."""
    with scene.stage.database.transaction() as session:
        session.execute(
            update(PostGrant).values(state=GrantState.REFUSED).where(PostGrant.decided_at.is_(None))
        )
    clerk = scene.hire("V106", SUPERVISOR)
    clerk.go("/accounts/grants")
    expect(clerk.page.get_by_text("没有待批准的岗位变动。")).to_be_visible()
    return clerk


VIEWS = (
    View("accounts.show_sign_in", "empty", _sign_in),
    View("accounts.show_sign_in", "error", _sign_in_refused),
    View("accounts.show_start", "empty", _start),
    View("accounts.show_start", "error", _start_refused),
    View("accounts.show_factor", "empty", _factor),
    View("accounts.show_factor", "error", _factor_refused),
    View("accounts.show_set_up", "empty", _set_up),
    View("accounts.show_set_up", "error", _set_up_refused),
    View("account.show_account", "filled", _account),
    View("account.show_password", "empty", _password),
    View("account.show_password", "error", _password_refused),
    View("grants.show_grants", "filled", _grants),
    View("grants.show_grants", "empty", _grants_decided),
    View("grants.show_grants", "error", _grant_refused),
)
