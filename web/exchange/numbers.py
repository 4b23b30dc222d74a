"""Numbers in addresses: what cannot be one leads nowhere (404) before anything is looked up."""

from flask import Flask
from werkzeug.routing import BaseConverter


class CommissionNumber(BaseConverter):
    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class ReportNumber(BaseConverter):
    """The shape only (MZ/T 072-2016 附录B); whether there is such a report is asked later."""

    regex = r"第[0-9]{17}[a-z]{3}[0-9]{1,4}号"


def init_app(app: Flask) -> None:
    app.url_map.converters["commission_number"] = CommissionNumber
    app.url_map.converters["report_number"] = ReportNumber
