"""How values are shown on pages."""

from datetime import datetime

from engine.domain.report_number import SHANGHAI


def shown_time(moment: datetime) -> str:
    """Beijing time to the minute."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
