"""/account: what somebody sees and changes of their own account."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from engine.configuration.accounts import view_of_account
from engine.configuration.password_change import PasswordChange, PasswordWrong, change_password
from engine.domain.sign_in import PasswordTooWeak, TooManyAttempts
from web.accounts.cookies import attempt
from web.accounts.pages import Problem, enter, go, refused
from web.hall import hall
from web.policies import SIGNED_IN, admits, person, visitor

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@admits(SIGNED_IN)
def show_account() -> ResponseReturnValue:
    with hall().database.reading() as session:
        account = view_of_account(session, person().name, hall().platform.clock.now())
    return render_template("accounts/account.html", account=account)


@blueprint.get("/password")
@admits(SIGNED_IN)
def show_password() -> ResponseReturnValue:
    return render_template("accounts/password.html", problems=())


@blueprint.post("/password")
@admits(SIGNED_IN)
def take_password() -> ResponseReturnValue:
    change = PasswordChange(request.form.get("old", ""), request.form.get("password", ""))
    if change.new != request.form.get("repeated", ""):
        problem = Problem("repeated", "两次输入的密码不一致")
        return render_template("accounts/password.html", problems=(problem,)), 400
    try:
        entrance = change_password(hall().database.transaction, hall().platform, visitor(), change, attempt())
    except PasswordTooWeak as refusal:
        return refused("accounts/password.html", "password", refusal)
    except (PasswordWrong, TooManyAttempts) as refusal:
        return refused("accounts/password.html", "old", refusal)
    return enter(go(".show_account"), entrance)
