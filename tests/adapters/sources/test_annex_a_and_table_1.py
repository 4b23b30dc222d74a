"""The shipped catalogue against DB32/T 3319-2017 附录A and 表1."""

import pytest

from adapters.sources.catalogue import load_catalogue
from engine.domain.catalogue import Catalogue

# DB32/T 3319-2017 附录A, in print order: department, item, our code.
ANNEX_A = [
    pytest.param("民政部门", "救助信息", "MZ01", marks=pytest.mark.clause("J A MZ01")),
    pytest.param("民政部门", "婚姻登记信息", "MZ02", marks=pytest.mark.clause("J A MZ02")),
    pytest.param("民政部门", "殡葬信息", "MZ03", marks=pytest.mark.clause("J A MZ03")),
    pytest.param("民政部门", "社会组织法人信息", "MZ04", marks=pytest.mark.clause("J A MZ04")),
    pytest.param("公安部门", "户籍信息", "GA01", marks=pytest.mark.clause("J A GA01")),
    pytest.param("公安部门", "车辆信息", "GA02", marks=pytest.mark.clause("J A GA02")),
    pytest.param("公安部门", "出入境信息", "GA03", marks=pytest.mark.clause("J A GA03")),
    pytest.param("金融证券部门", "存款信息", "JR01", marks=pytest.mark.clause("J A JR01")),
    pytest.param("金融证券部门", "证券信息", "JR02", marks=pytest.mark.clause("J A JR02")),
    pytest.param("金融证券部门", "基金信息", "JR03", marks=pytest.mark.clause("J A JR03")),
    pytest.param("金融证券部门", "商业保险信息", "JR04", marks=pytest.mark.clause("J A JR04")),
    pytest.param("第三方支付管理机构", "第三方支付信息", "ZF01", marks=pytest.mark.clause("J A ZF01")),
    pytest.param("国土部门", "住房信息", "GT01", marks=pytest.mark.clause("J A GT01")),
    pytest.param("国土部门", "不动产登记信息", "GT02", marks=pytest.mark.clause("J A GT02")),
    pytest.param("公积金中心", "公积金缴纳信息", "GJJ01", marks=pytest.mark.clause("J A GJJ01")),
    pytest.param("公积金中心", "公积金贷款信息", "GJJ02", marks=pytest.mark.clause("J A GJJ02")),
    pytest.param("公积金中心", "公积金余额信息", "GJJ03", marks=pytest.mark.clause("J A GJJ03")),
    pytest.param("人社部门", "在职人员信息", "RS01", marks=pytest.mark.clause("J A RS01")),
    pytest.param("人社部门", "退休人员信息", "RS02", marks=pytest.mark.clause("J A RS02")),
    pytest.param("人社部门", "失业人员信息", "RS03", marks=pytest.mark.clause("J A RS03")),
    pytest.param("人社部门", "医疗保险信息", "RS04", marks=pytest.mark.clause("J A RS04")),
    pytest.param("国税部门", "国税登记信息", "GS01", marks=pytest.mark.clause("J A GS01")),
    pytest.param("地税部门", "地税登记信息", "DS01", marks=pytest.mark.clause("J A DS01")),
    pytest.param("工商部门", "个体经营者信息", "SC01", marks=pytest.mark.clause("J A SC01")),
    pytest.param("工商部门", "投资人信息", "SC02", marks=pytest.mark.clause("J A SC02")),
    pytest.param("工商部门", "法人信息", "SC03", marks=pytest.mark.clause("J A SC03")),
    pytest.param("残联部门", "残疾人员信息", "CL01", marks=pytest.mark.clause("J A CL01")),
    pytest.param("教育部门", "就学信息", "JY01", marks=pytest.mark.clause("J A JY01")),
    pytest.param("教育部门", "助学信息", "JY02", marks=pytest.mark.clause("J A JY02")),
    pytest.param("司法部门", "法律援助信息", "SF01", marks=pytest.mark.clause("J A SF01")),
    pytest.param("法院", "离婚判决信息", "FY01", marks=pytest.mark.clause("J A FY01")),
    pytest.param("海事部门", "船舶信息", "HS01", marks=pytest.mark.clause("J A HS01")),
    pytest.param("交通部门", "客运、货运信息", "JT01", marks=pytest.mark.clause("J A JT01")),
    pytest.param("相关部门", "水、电、气、通讯等费用信息", "XG01", marks=pytest.mark.clause("J A XG01")),
]
# DB32/T 3319-2017 表1, the twenty words of 最低生活保障 and 住房救助: word, items.
TABLE_1_WORDS = [
    ("救助", "MZ01"),
    ("婚姻状况", "MZ02"),
    ("殡葬", "MZ03"),
    ("社会组织法人", "MZ04"),
    ("户籍", "GA01"),
    ("车辆", "GA02"),
    ("出入境", "GA03"),
    ("存款", "JR01"),
    ("证券", "JR02"),
    ("基金", "JR03"),
    ("商业保险", "JR04"),
    ("第三方支付", "ZF01"),
    ("不动产及住房", "GT01 GT02"),
    ("公积金缴存", "GJJ01"),
    ("社会保险", "RS01 RS02 RS03 RS04"),
    ("国税地税登记", "GS01 DS01"),
    ("工商登记", "SC01 SC02 SC03"),
    ("残疾人", "CL01"),
    ("就学助学", "JY01 JY02"),
    ("法律援助", "SF01"),
]
# The other rows of 表1: service, items named there, items needed to establish what it names.
TABLE_1_OTHERS = [
    pytest.param(
        "ab",
        "MZ01 CL01",
        "MZ02 MZ03 GA01 RS01 RS02 FY01",
        marks=pytest.mark.clause("J 6.1 特困供养人员救助"),
    ),
    pytest.param("ac", "MZ01", "GA01", marks=pytest.mark.clause("J 6.1 受灾人员救助")),
    pytest.param("ad", "MZ01 RS04", "GA01 YB01", marks=pytest.mark.clause("J 6.1 医疗救助")),
    pytest.param("ae", "MZ01 JY01 JY02", "GA01", marks=pytest.mark.clause("J 6.1 教育救助")),
    pytest.param("ag", "MZ01 RS03", "GA01 RS01 CL01", marks=pytest.mark.clause("J 6.1 就业救助")),
]
# MZ/T 072-2016 附录B e)
SERVICES = "aa ab ac ad ae af ag ah ai"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(("department", "name", "code"), ANNEX_A)
def test_every_row_of_annex_a_is_an_item_of_its_department(
    catalogue: Catalogue, department: str, name: str, code: str
) -> None:
    item = catalogue.items[code]

    assert (catalogue.departments[item.department].name, item.name) == (department, name)
    assert item.in_annex_a
    assert catalogue.departments[item.department].in_annex_a


@pytest.mark.clause("J 6.1 note 1")
def test_annex_a_is_complete_and_in_print_order(catalogue: Catalogue) -> None:
    printed = [row.values for row in ANNEX_A]

    ours = [
        (catalogue.departments[item.department].name, item.name, item.code)
        for item in catalogue.items.values()
        if item.in_annex_a
    ]

    assert ours == printed
    assert len(printed) == 34
    assert [d.name for d in catalogue.departments.values() if d.in_annex_a] == list(
        dict.fromkeys(department for department, _, _ in printed)
    )
    assert len({department for department, _, _ in printed}) == 17


@pytest.mark.clause("J 6.1 最低生活保障", "J 6.1 住房救助")
@pytest.mark.parametrize("service", ["aa", "af"])
def test_the_twenty_words_of_table_1_name_twenty_eight_items(catalogue: Catalogue, service: str) -> None:
    named = [code for _, items in TABLE_1_WORDS for code in items.split()]

    explicit = [code for code, item in catalogue.items.items() if item.services.get(service) == "explicit"]

    assert sorted(explicit) == sorted(named)
    assert len(explicit) == 28


@pytest.mark.parametrize(("service", "named", "derived"), TABLE_1_OTHERS)
def test_the_other_services_of_table_1_ask_what_establishes_their_condition(
    catalogue: Catalogue, service: str, named: str, derived: str
) -> None:
    by_level = {
        level: {code for code, item in catalogue.items.items() if item.services.get(service) == level}
        for level in ("explicit", "derived")
    }

    assert by_level == {"explicit": set(named.split()), "derived": set(derived.split())}


@pytest.mark.clause("J 6.1 临时救助", "J 6.1 其他")
@pytest.mark.parametrize("service", ["ah", "ai"])
def test_temporary_and_other_services_follow_local_policy_in_everything(
    catalogue: Catalogue, service: str
) -> None:
    levels = {item.services.get(service) for item in catalogue.items.values()}

    assert levels == {"policy"}


@pytest.mark.clause("J 6.1 Table 1", "M B.1 e")
def test_the_services_are_those_of_the_report_number(catalogue: Catalogue) -> None:
    assert list(catalogue.services) == SERVICES.split()
