"""The decision table query_plan against DB32/T 3319-2017 table 1."""

import pytest

from engine.runtime import decide
from tests.processes.shipped import AUTOMATIC, CATALOGUE

# Table 1, row 最低生活保障 (住房救助 is word for word the same): its contents in order, our items for each.
NAMED_CONTENT = [
    ("救助", {"MZ01"}),
    ("婚姻状况", {"MZ02"}),
    ("殡葬", {"MZ03"}),
    ("社会组织法人", {"MZ04"}),
    ("户籍", {"GA01"}),
    ("车辆", {"GA02"}),
    ("出入境", {"GA03"}),
    ("存款", {"JR01"}),
    ("证券", {"JR02"}),
    ("基金", {"JR03"}),
    ("商业保险", {"JR04"}),
    ("第三方支付", {"ZF01"}),
    ("不动产及住房", {"GT01", "GT02"}),
    ("公积金缴存", {"GJJ01"}),
    ("社会保险", {"RS01", "RS02", "RS03", "RS04"}),
    ("国税地税登记", {"GS01", "DS01"}),
    ("工商登记", {"SC01", "SC02", "SC03"}),
    ("残疾人", {"CL01"}),
    ("就学助学", {"JY01", "JY02"}),
    ("法律援助", {"SF01"}),
]
NAMED = set().union(*(items for _, items in NAMED_CONTENT))
# "等信息": items of MZ/T 072-2016 annex D and DB32 annex A that table 1 does not name.
IMPLIED = {
    *("JR05", "JR06", "JR07", "JR08", "JR09", "GJJ02", "GJJ03"),
    *("FY01", "HS01", "JT01", "XG01", "NY01", "YB01", "TY01"),
}


def plan_for(service: str) -> dict[str, bool]:
    """The items of the plan and whether each is required. An item planned twice fails here."""
    rows = decide(AUTOMATIC, "query_plan", {"service": service})
    assert isinstance(rows, list)
    plan = {str(row["item"]): row["required"] is True for row in rows}
    assert len(plan) == len(rows)
    return plan


@pytest.mark.clause("J 6.1 Table 1", "J 6.1 最低生活保障", "J 6.1 住房救助")
@pytest.mark.parametrize("service", ["aa", "af"])
@pytest.mark.parametrize(("content", "items"), NAMED_CONTENT)
def test_every_content_table_1_names_is_required(service: str, content: str, items: set[str]) -> None:
    plan = plan_for(service)

    assert {item for item in items if plan.get(item)} == items, content


@pytest.mark.clause("J 6.1 最低生活保障", "J 6.1 住房救助")
@pytest.mark.parametrize("service", ["aa", "af"])
def test_what_table_1_only_implies_is_asked_but_not_required(service: str) -> None:
    plan = plan_for(service)

    assert {item for item, required in plan.items() if not required} == IMPLIED
    assert set(plan) == NAMED | IMPLIED


@pytest.mark.parametrize(
    ("service", "items"),
    [
        pytest.param(
            "ab",
            {"MZ01", "MZ02", "MZ03", "GA01", "RS01", "RS02", "CL01", "FY01"},
            marks=pytest.mark.clause("J 6.1 特困供养人员救助"),
        ),
        pytest.param("ac", {"MZ01", "GA01"}, marks=pytest.mark.clause("J 6.1 受灾人员救助")),
        pytest.param("ad", {"MZ01", "GA01", "RS04", "YB01"}, marks=pytest.mark.clause("J 6.1 医疗救助")),
        pytest.param("ae", {"MZ01", "GA01", "JY01", "JY02"}, marks=pytest.mark.clause("J 6.1 教育救助")),
        pytest.param(
            "ag", {"MZ01", "GA01", "RS01", "RS03", "CL01"}, marks=pytest.mark.clause("J 6.1 就业救助")
        ),
    ],
)
def test_a_service_about_a_group_asks_only_what_establishes_the_group(service: str, items: set[str]) -> None:
    plan = plan_for(service)

    assert plan == dict.fromkeys(items, True)


@pytest.mark.parametrize(
    "service",
    [
        pytest.param("ah", marks=pytest.mark.clause("J 6.1 临时救助")),
        pytest.param("ai", marks=pytest.mark.clause("J 6.1 其他")),
        pytest.param("zz", marks=pytest.mark.clause("J 6.1 其他")),
    ],
)
def test_services_by_local_policy_may_ask_everything_and_require_identity_and_assistance(
    service: str,
) -> None:
    plan = plan_for(service)

    assert set(plan) == NAMED | IMPLIED
    assert {item for item, required in plan.items() if required} == {"MZ01", "GA01"}


@pytest.mark.parametrize("service", ["aa", "ab", "ac", "ad", "ae", "af", "ag", "ah", "ai", "zz"])
def test_identity_and_existing_assistance_are_always_required(service: str) -> None:
    plan = plan_for(service)

    assert plan["GA01"]
    assert plan["MZ01"]


@pytest.mark.clause("J 6.1 note 1")
@pytest.mark.parametrize("service", ["aa", "ab", "ac", "ad", "ae", "af", "ag"])
def test_the_plan_agrees_with_the_catalogue_of_sources(service: str) -> None:
    levels = {
        code: item.services[service] for code, item in CATALOGUE.items.items() if service in item.services
    }

    plan = plan_for(service)

    assert plan == {code: level in ("explicit", "derived") for code, level in levels.items()}
