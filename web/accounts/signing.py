"""/sign-in and /sign-out: the first visit, the password, the second factor, and leaving."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.configuration.attempts import SignInRefused
from engine.configuration.signing_in import (
    SessionOver,
    factor_to_set_up,
    show_second_factor,
    sign_in,
    sign_out,
    start_account,
)
from engine.domain.authority import Right
from engine.domain.sign_in import PasswordTooWeak, TooManyAttempts
from web.accounts import cookies
from web.accounts.cookies import Cookie, attempt
from web.accounts.pages import Problem, drawn, enter, go, refused, typed, typed_name, wanted_page
from web.hall import hall
from web.policies import ANYBODY, HALF_SIGNED_IN, SIGNED_IN, admits, visitor

blueprint = Blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@admits(ANYBODY)
def show_sign_in() -> ResponseReturnValue:
    return render_template("accounts/sign_in.html", problems=(), name="")


@blueprint.post("/sign-in")
@admits(ANYBODY)
def take_sign_in() -> ResponseReturnValue:
    name, password = typed("name"), request.form.get("password", "")
    try:
        entrance = sign_in(hall().database.transaction, hall().platform, name, password, attempt())
    except (SignInRefused, TooManyAttempts) as refusal:
        return refused("accounts/sign_in.html", "name", refusal, name=typed_name())
    return enter(go(".show_factor", next=wanted_page()), entrance)


@blueprint.get("/sign-in/start")
@admits(ANYBODY)
def show_start() -> ResponseReturnValue:
    return render_template("accounts/start.html", problems=(), name="")


@blueprint.post("/sign-in/start")
@admits(ANYBODY)
def take_start() -> ResponseReturnValue:
    name, password = typed("name"), request.form.get("password", "")
    if password != request.form.get("repeated", ""):
        problem = Problem("repeated", "两次输入的密码不一致")
        return render_template("accounts/start.html", problems=(problem,), name=typed_name()), 400
    try:
        entrance = start_account(
            hall().database.transaction, hall().platform, name, typed("code"), password, attempt()
        )
    except PasswordTooWeak as refusal:
        return refused("accounts/start.html", "password", refusal, name=typed_name())
    except (SignInRefused, TooManyAttempts) as refusal:
        return refused("accounts/start.html", "name", refusal, name=typed_name())
    return enter(go(".show_set_up"), entrance)


@blueprint.get("/sign-in/second-factor")
@admits(HALF_SIGNED_IN)
def show_factor() -> ResponseReturnValue:
    if not visitor().has_factor:
        return go(".show_set_up", next=wanted_page())
    return render_template("accounts/second_factor.html", problems=())


@blueprint.get("/sign-in/set-up")
@admits(HALF_SIGNED_IN)
def show_set_up() -> ResponseReturnValue:
    return _set_up_page(())


def _set_up_page(problems: tuple[Problem, ...]) -> str:
    with hall().database.reading() as session:
        secret, address = factor_to_set_up(session, hall().platform.vault, visitor())
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return render_template("accounts/set_up.html", problems=problems, picture=drawn(address), groups=groups)


@blueprint.post("/sign-in/second-factor")
@admits(HALF_SIGNED_IN)
def take_second_factor() -> ResponseReturnValue:
    """Confirms the factor too, when it is not yet set up."""
    try:
        entrance = show_second_factor(
            hall().database.transaction, hall().platform, visitor(), typed("code"), attempt()
        )
    except SessionOver:
        return go(".show_sign_in")
    except (SignInRefused, TooManyAttempts) as refusal:
        return _second_factor_again(refusal)
    if entrance.recovery_codes:
        page = render_template("accounts/recovery_codes.html", codes=entrance.recovery_codes)
        return enter(make_response(page), entrance)
    wanted = wanted_page()
    return enter(make_response(redirect(wanted, 303)) if wanted else go(_first_page()), entrance)


def _first_page() -> str:
    """Who handles cases begins with what waits for them."""
    return "inbox.show" if visitor().person.has(Right.READ_CASES) else "account.show_account"


def _second_factor_again(refusal: SignInRefused | TooManyAttempts) -> ResponseReturnValue:
    answer = refused("accounts/second_factor.html", "code", refusal)
    if visitor().has_factor:
        return answer
    return _set_up_page((Problem("code", refusal.message()),)), answer.status_code


@blueprint.post("/sign-out")
@admits(SIGNED_IN)
def leave() -> ResponseReturnValue:
    return _left(everywhere=False)


@blueprint.post("/sign-out/everywhere")
@admits(SIGNED_IN)
def leave_everywhere() -> ResponseReturnValue:
    return _left(everywhere=True)


def _left(everywhere: bool) -> Response:
    with hall().database.transaction() as session:
        sign_out(session, visitor(), everywhere, hall().platform.clock.now())
    response = go(".show_sign_in")
    cookies.remove(response, Cookie.SESSION)
    return response
