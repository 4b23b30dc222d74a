"""The number of a report, MZ/T 072-2016 附录B."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.domain.errors import RuleViolation, SerialExhausted

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_SERIAL = 99_999
NATURES = ("f", "s", "t")
PATTERN = re.compile(
    r"第(?P<region>[1-9]\d{5})(?P<year>\d{4})(?P<month>0[1-9]|1[0-2])(?P<serial>(?!00000)\d{5})"
    r"(?P<service>[a-z]{2})(?P<nature>[fst])(?P<copy>[1-9]\d*)号",
    re.ASCII,
)


class MalformedReportNumber(RuleViolation):
    """核对报告编号不符合编号规则（MZ/T 072-2016 附录B）"""


@dataclass(frozen=True)
class ReportNumber:
    """Eight layers; `serial` runs over all services of a verification unit and restarts each month."""

    region: str
    year: int
    month: int
    serial: int
    service: str
    nature: str
    copy: int

    def __str__(self) -> str:
        return (
            f"第{self.region}{self.year:04d}{self.month:02d}{self.serial:05d}"
            f"{self.service}{self.nature}{self.copy}号"
        )


def serial_month(issued_at: datetime) -> str:
    """The month a serial belongs to, in Beijing time: 每月1日00:00重新开始于00001."""
    return issued_at.astimezone(SHANGHAI).strftime("%Y%m")


def compose_number(
    region: str, issued_at: datetime, serial: int, service: str, nature: str, copy: int
) -> ReportNumber:
    """Raises SerialExhausted past 99,999 (the standard has no sixth digit) and MalformedReportNumber."""
    if serial > LAST_SERIAL:
        raise SerialExhausted(region=region, month=serial_month(issued_at))
    month = serial_month(issued_at)
    number = ReportNumber(region, int(month[:4]), int(month[4:]), serial, service, nature, copy)
    parse_number(str(number))
    return number


def parse_number(text: str) -> ReportNumber:
    """Raises MalformedReportNumber."""
    found = PATTERN.fullmatch(text)
    if found is None:
        raise MalformedReportNumber(number=text)
    layers = found.groupdict()
    return ReportNumber(
        layers["region"],
        int(layers["year"]),
        int(layers["month"]),
        int(layers["serial"]),
        layers["service"],
        layers["nature"],
        int(layers["copy"]),
    )
