"""Re-checks (复核): who may ask again about what, how often, and what has changed."""

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.findings import Findings, MatchStatus
from engine.domain.recheck import (
    DisputedItem,
    ItemNotVerified,
    NoFurtherRecheck,
    RecheckApplication,
    RecheckIncomplete,
    RecheckOfSeveralReports,
    changed_items,
    check_items,
    disputed_report,
    next_nature,
)
from tests.builders import an_answer, an_id_no, wages

NUMBER = "第32040020261100001aaf1号"
APPLICATION = RecheckApplication(
    unit_name="甲区民政局",
    contact_person="沈经办",
    contact_phone="13900000000",
    contact_id_no=an_id_no(31),
    email="",
    postcode="",
    address="甲市甲区甲路1号",
    rows=(DisputedItem(NUMBER, "RS01", "本人已于2026年3月离职"),),
    handler="沈经办",
    is_signed=True,
    is_sealed=True,
    applied_on=date(2026, 11, 21),
)


@pytest.mark.clause("M B.1 f")
@pytest.mark.parametrize(("nature", "following"), [("f", "s"), ("s", "t")])
def test_a_report_is_followed_by_the_next_nature(nature: str, following: str) -> None:
    assert next_nature(nature) == following


@pytest.mark.clause("M B.1 f")
def test_after_the_second_recheck_there_is_no_further_one() -> None:
    with pytest.raises(NoFurtherRecheck, match="第二次复核"):
        next_nature("t")


@pytest.mark.clause("M 6.5", "M F.1 table verification number")
def test_the_form_names_the_one_report_it_disputes() -> None:
    assert disputed_report(APPLICATION) == NUMBER


@pytest.mark.clause("M F.1 table verification number")
def test_a_form_about_two_reports_is_refused() -> None:
    other = DisputedItem("第32040020261100002aaf1号", "JR01", "余额有误")

    with pytest.raises(RecheckOfSeveralReports):
        disputed_report(replace(APPLICATION, rows=(*APPLICATION.rows, other)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("unit_name", " ", marks=pytest.mark.clause("M F.1 applicant unit name")),
        pytest.param("contact_person", "", marks=pytest.mark.clause("M F.1 contact person")),
        pytest.param("contact_phone", "", marks=pytest.mark.clause("M F.1 contact telephone")),
        pytest.param("contact_id_no", "", marks=pytest.mark.clause("M F.1 contact ID number")),
        pytest.param("address", "", marks=pytest.mark.clause("M F.1 postal address")),
        pytest.param("handler", "", marks=pytest.mark.clause("M F.1 handler signature")),
        pytest.param("is_signed", False, marks=pytest.mark.clause("M F.1 handler signature")),
        pytest.param("is_sealed", False, marks=pytest.mark.clause("M F.1 unit seal")),
        ("rows", ()),
    ],
)
def test_a_form_that_lacks_a_field_of_annex_f_is_refused_and_the_field_named(
    field: str, value: object
) -> None:
    with pytest.raises(RecheckIncomplete) as refused:
        disputed_report(replace(APPLICATION, **{field: value}))  # type: ignore[arg-type]

    assert refused.value.facts["missing"] == (field,)


@pytest.mark.clause("M F.1 table data item for re-check", "M F.1 table reason for re-check")
@pytest.mark.parametrize("row", [DisputedItem(NUMBER, "", "余额有误"), DisputedItem(NUMBER, "JR01", " ")])
def test_a_row_without_item_or_reason_is_refused(row: DisputedItem) -> None:
    with pytest.raises(RecheckIncomplete) as refused:
        disputed_report(replace(APPLICATION, rows=(*APPLICATION.rows, row)))

    assert refused.value.facts["missing"] == ("rows.1",)


@pytest.mark.clause("M F.1 E-mail", "M F.1 postcode")
def test_who_has_no_mail_address_and_no_postcode_may_still_dispute() -> None:
    assert disputed_report(replace(APPLICATION, email="", postcode="")) == NUMBER


def test_an_item_disputed_twice_counts_once() -> None:
    again = DisputedItem(NUMBER, "RS01", "工资金额有误")

    assert replace(APPLICATION, rows=(*APPLICATION.rows, again)).items == ("RS01",)


@pytest.mark.clause("M 6.5 (2)")
def test_only_what_was_asked_for_the_report_can_be_disputed() -> None:
    check_items(["RS01"], {"RS01", "GA01"})

    with pytest.raises(ItemNotVerified) as refused:
        check_items(["RS01", "JR01"], {"RS01", "GA01"})

    assert refused.value.facts["items"] == ["JR01"]


@pytest.mark.clause("M 6.5 (2)")
def test_an_item_has_changed_when_a_source_says_something_else_of_somebody() -> None:
    before = Findings(
        (an_answer("p1", "RS01", *wages(3000)), an_answer("p2", "RS01"), an_answer("p1", "JR01"))
    )
    after = Findings(
        (an_answer("p1", "RS01", *wages(2600)), an_answer("p2", "RS01"), an_answer("p1", "JR01"))
    )

    assert changed_items(before, after, ["RS01", "JR01"]) == ("RS01",)


def test_no_record_any_more_is_a_change_and_another_time_of_answering_is_none() -> None:
    before = Findings((an_answer("p1", "RS01", *wages(3000)), an_answer("p1", "JR01")))
    later = replace(an_answer("p1", "JR01"), answered_at=an_answer().answered_at.replace(hour=12))
    after = Findings((an_answer("p1", "RS01", status=MatchStatus.NOT_FOUND), later))

    assert changed_items(before, after, ["RS01", "JR01"]) == ("RS01",)
