"""How values are shown on pages."""

from datetime import datetime, timedelta

from engine.domain.report_number import SHANGHAI


def shown_limit(moment: datetime) -> str:
    """The last day of a limit, which ends at midnight."""
    return (moment.astimezone(SHANGHAI) - timedelta(microseconds=1)).strftime("%Y-%m-%d")


def shown_time(moment: datetime) -> str:
    """Beijing time to the minute."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def shown_size(size: int) -> str:
    """Of a file, in the unit that fits."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size // 1000, 1)} KB"
