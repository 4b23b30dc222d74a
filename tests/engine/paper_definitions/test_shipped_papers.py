"""The shipped papers hold what the standards name, in words of the standards."""

from dataclasses import replace
from pathlib import Path

import pytest

import forms
from engine.paper_definitions import blank_values, check_papers, documented, sample_values
from engine.paper_definitions.values import AuthorisationValues, MaterialValues, PersonValues
from tests.engine.house import PAPERS
from tests.engine.paper_definitions.reading import printed

FOLDER = Path(forms.__file__).parent / "documents"
PERSON = PersonValues("赵甲", "居民身份证", "320402198506150016", "户主")
SAMPLE = replace(sample_values(), persons=(PERSON,))


def test_the_check_finds_nothing_in_the_shipped_papers() -> None:
    files = [(path.name, path.read_bytes()) for path in sorted(FOLDER.glob("*.html"))]

    assert [str(finding) for finding in check_papers(files)] == []
    assert len(files) == len(PAPERS) == 11


def test_the_designers_list_of_values_is_complete() -> None:
    written = (FOLDER / "README.md").read_text("utf-8")

    missing = [value.path for value in documented() if f"| `{value.path}` | {value.words} |" not in written]
    assert missing == []


def test_every_paper_is_in_the_designers_list() -> None:
    written = (FOLDER / "README.md").read_text("utf-8")

    assert [key for key in PAPERS if f"| `{key}.html` |" not in written] == []


@pytest.mark.clause("M A.1", "M A.1 a", "M A.1 b", "M A.1 c", "M A.1 d", "M A.1 e", "M A.1 f", "J 6.2.1.2")
@pytest.mark.parametrize("is_filled", [True, False])
def test_the_authorisation_letter_has_every_item_of_annex_a1(is_filled: bool) -> None:
    text = printed("authorisation_letter", SAMPLE if is_filled else blank_values())

    for label in (
        "核对对象身份信息",
        "姓名",
        "有效身份证件号码",
        "委托单位",
        "核对机构",
        "查询核对对象的经济状况信息",
        "对家庭经济状况进行评估",
        "授权有效期限",
        "签字、签章或者手印",
        "合法、完整、准确",
        "保密",
        "其他约定",
    ):
        assert label in text
    written = (
        "赵甲",
        PERSON.id_no,
        "甲区民政局",
        "甲市居民家庭经济状况核对中心",
        "自2026年11月1日起至2027年10月31日止",
    )
    assert [value in text for value in written] == [is_filled] * len(written)


def test_each_signer_has_a_letter_of_their_own_on_a_page_of_its_own() -> None:
    letter = AuthorisationValues("SQ1", "赵甲", (PERSON,), "", ("存款信息",), None, None)
    second = replace(letter, number="SQ2", signer="钱乙", scope=())

    text = printed("authorisation_letter", replace(SAMPLE, authorisations=(letter, second)))

    assert text.count("居民家庭经济状况核对授权书") == 2
    assert text.count("限于：存款信息") == 1


@pytest.mark.clause(
    "M A.2",
    "M A.2 a",
    "M A.2 b",
    "M A.2 c",
    "M A.2 d",
    "M A.2 e",
    "M A.2 f",
    "M A.2 g",
    "M A.2 h",
    "M A.2 i",
    "M A.2 j",
    "J 6.2.1.2",
)
@pytest.mark.parametrize("is_filled", [True, False])
def test_the_commission_letter_has_every_item_of_annex_a2(is_filled: bool) -> None:
    letter = replace(SAMPLE.letter, materials=(MaterialValues("自行申报表", 2),))

    text = printed("commission_letter", replace(SAMPLE, letter=letter) if is_filled else blank_values())

    for label in (
        "被委托单位",
        "委托单位",
        "姓名",
        "有效身份证件号码",
        "需要核对的经济状况：",
        "核对期间",
        "核对机构在代理权限内完成核对委托，由此而引发的纠纷由委托单位承担责任。",
        "生效期间",
        "委托材料清单",
        "份数",
        "委托人（签字）：",
        "委托单位（盖章）",
        "合法、完整、准确",
        "其他约定",
    ):
        assert label in text
    written = (
        "赵甲",
        PERSON.id_no,
        "收入、财产、支出",
        "自2025年11月1日至2026年10月31日",
        "截至2026年10月31日",
        "自2026年11月1日起至2027年10月31日止",
        "自行申报表2",
    )
    assert [value in text for value in written] == [is_filled] * len(written)
    assert ("□收入" in text) is not is_filled


@pytest.mark.clause(
    "M F.1",
    "M F.1 applicant unit name",
    "M F.1 contact person",
    "M F.1 contact telephone",
    "M F.1 contact ID number",
    "M F.1 E-mail",
    "M F.1 postcode",
    "M F.1 postal address",
    "M F.1 table serial no.",
    "M F.1 table verification number",
    "M F.1 table data item for re-check",
    "M F.1 table reason for re-check",
    "M F.1 handler signature",
    "M F.1 unit seal",
    "M F.1 date",
)
@pytest.mark.parametrize("is_filled", [True, False])
def test_the_recheck_form_is_table_f1(is_filled: bool) -> None:
    text = printed("recheck_application", SAMPLE if is_filled else blank_values())

    places = [
        text.index(label)
        for label in (
            *("居民家庭经济状况复核申请表", "复核申请单位", "申请单位信息", "单位名称", "联系人", "联系电话"),
            *("联系人证件号码", "E-mail", "邮政编码", "通讯地址"),
            *("序号", "核对编号", "复核数据项", "复核原因", "经办人签字：", "复核申请单位（盖章）", "年"),
        )
    ]
    assert places[:3] == sorted(places[:3])
    assert places[10:16] == sorted(places[10:16])
    recheck = SAMPLE.recheck
    row = recheck.rows[0]
    written = (
        *(recheck.unit_name, recheck.contact_phone, recheck.contact_id_no, recheck.email, recheck.postcode),
        *(recheck.address, row.report_no, row.item, row.reason, "2026年12月8日"),
    )
    assert [value in text for value in written] == [is_filled] * len(written)


@pytest.mark.clause("J 6.2.1.2")
def test_the_one_time_notice_tells_basis_procedure_material_and_limit() -> None:
    text = printed("one_time_notice", SAMPLE)

    for part in ("一、政策依据", "二、办事程序", "三、所需材料", "四、办理时限", "《社会救助暂行办法》"):
        assert part in text
    for material in ("核对授权书", "核对委托书", "有效身份证件复印件", "经济状况自行申报材料"):
        assert material in text
    assert "人工递交的，自受理之日起10个工作日；系统提交的，自受理之日起7个工作日" in text
    assert "最低生活保障" in text


@pytest.mark.clause("J 6.3.2")
def test_the_closing_report_has_the_four_items() -> None:
    text = printed("closing_report", SAMPLE)

    for label in ("事项类别", "编号（单号）", "办结时间", "保管期限"):
        assert label in text
    assert "最低生活保障居民家庭经济状况核对" in text
    assert "永久" in text


@pytest.mark.clause("M 6.1 c")
def test_the_return_notice_gives_each_reason_with_its_clause() -> None:
    text = printed("return_notice", SAMPLE)

    assert "1核对授权书不在授权有效期限内A.1 d" in text
    assert "自收到本通知之日起10个工作日内以原委托编号重新提交" in text
