"""/account/shortcuts: keys of the staff pages, off until somebody switches them on for this workstation."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from web.accounts import cookies
from web.accounts.cookies import Cookie
from web.accounts.pages import go
from web.policies import SIGNED_IN, admits

blueprint = Blueprint("habits", __name__, url_prefix="/account/shortcuts")


@blueprint.get("")
@admits(SIGNED_IN)
def show_shortcuts() -> ResponseReturnValue:
    return render_template("accounts/shortcuts.html")


@blueprint.post("")
@admits(SIGNED_IN)
def set_shortcuts() -> ResponseReturnValue:
    response = go(".show_shortcuts")
    cookies.write(response, Cookie.SHORTCUTS, "on" if request.form.get("keys") == "on" else "off")
    return response
