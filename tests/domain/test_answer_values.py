"""Values on the wire: each type of the catalogue takes what is plausible and refuses the rest."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.answer_values import READERS, NotThisType, is_credit_code, read_value
from engine.domain.catalogue import Catalogue, Field
from tests.builders import an_id_no

CATALOGUE = Catalogue({}, {}, {}, (), {"GB/T 2261.1": {"1": "男性", "2": "女性"}}, "")
CHINA = timezone(timedelta(hours=8))


def value(kind: str, raw: object) -> object:
    code_list = "GB/T 2261.1" if kind == "code" else None
    return read_value(CATALOGUE, Field("值", "value", kind, None, code_list, in_annex_d=False), raw)


@pytest.mark.parametrize(
    ("kind", "raw", "expected"),
    [
        ("string", "样例 𬭚·㛃", "样例 𬭚·㛃"),
        ("code", "1", "1"),
        ("boolean", False, False),
        ("integer", -3, -3),
        ("decimal", "1234.50", Decimal("1234.50")),
        ("decimal", Decimal("0.1"), Decimal("0.1")),
        ("decimal", 7, Decimal(7)),
        ("decimal", "-0.01", Decimal("-0.01")),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("datetime", "2026-02-28T08:00:00+08:00", datetime(2026, 2, 28, 8, tzinfo=CHINA)),
        ("datetime", "2026-02-28T00:00:00Z", datetime(2026, 2, 28, 8, tzinfo=CHINA)),
        ("year", 2012, 2012),
        ("year_month", "2026-03", "2026-03"),
        ("id_no", an_id_no(), an_id_no()),
        ("id_no", "E12345678", "E12345678"),
        ("uscc", "91350100M000100Y43", "91350100M000100Y43"),
        ("uscc", "320400000012345", "320400000012345"),
        ("uscc", an_id_no(), an_id_no()),
        ("bank_card", "6222020000000000018", "6222020000000000018"),
        ("bank_card", "6222***********0018", "6222***********0018"),
        ("account", "GJJ-000123", "GJJ-000123"),
        ("list", ["赵甲", "钱乙"], ("赵甲", "钱乙")),
    ],
)
def test_a_plausible_value_is_typed(kind: str, raw: object, expected: object) -> None:
    found = value(kind, raw)

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("kind", ["code", *READERS])
def test_no_value_is_said_with_null(kind: str) -> None:
    assert value(kind, None) is None


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("string", 5),
        ("string", "x" * 501),
        ("string", "a\x00b"),
        ("string", "a\nb"),
        ("string", "\ud800"),
        ("string", "\u202e甲"),
        ("code", "3"),
        ("code", 1),
        ("code", ["1"]),
        ("boolean", 1),
        ("boolean", "true"),
        ("integer", True),
        ("integer", "3"),
        ("integer", Decimal(3)),
        ("integer", 10**14),
        ("decimal", True),
        ("decimal", "1,000.00"),
        ("decimal", "１２"),
        ("decimal", "1e3"),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("decimal", ""),
        ("decimal", Decimal("1E+13")),
        ("decimal", Decimal("1E-7")),
        ("decimal", Decimal("0E+999999")),
        ("decimal", Decimal("sNaN")),
        ("decimal", 10**20),
        ("decimal", ["1"]),
        ("date", "2026-02-30"),
        ("date", "20260228"),
        ("date", "2026-W09-1"),
        ("date", "1066-10-14"),
        ("date", 20260228),
        ("datetime", "2026-02-28T08:00:00"),
        ("datetime", "2026-02-28"),
        ("datetime", "2026-02-28T25:00:00Z"),
        ("datetime", "2026-02-28T08:00:00+99:00"),
        ("year", 1066),
        ("year", "2012"),
        ("year_month", "2026-13"),
        ("year_month", "2026-3"),
        ("id_no", "320402199001011234"),
        ("id_no", "110105491331002"),
        ("id_no", "张三"),
        ("uscc", "911101081000009X0H"),
        ("uscc", "32040219900101123X"),
        ("uscc", "x"),
        ("bank_card", "622202"),
        ("bank_card", "6222-0200"),
        ("account", ""),
        ("account", "账号"),
        ("list", "赵甲"),
        ("list", [1]),
        ("list", ["甲"] * 51),
    ],
)
def test_an_implausible_value_is_refused(kind: str, raw: object) -> None:
    with pytest.raises(NotThisType):
        value(kind, raw)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("91350100M000100Y43", True),
        ("91110000600037341L", True),
        ("91320400MA0000001T", True),
        ("52320400MJ0000001C", True),
        ("92320402MA0000002P", True),
        ("911101081000009X0K", True),
        ("911101081000009X0H", False),
        ("91350100M000100Y4", False),
        ("91350100I000100Y43", False),
    ],
)
def test_a_social_credit_code_holds_its_check(text: str, holds: bool) -> None:
    assert is_credit_code(text) is holds


@given(fen=st.integers(-(10**14), 10**14))
def test_an_amount_survives_as_it_was_written(fen: int) -> None:
    written = str(Decimal(fen) / 100)

    assert value("decimal", f"{Decimal(written):.2f}") == Decimal(fen) / 100
