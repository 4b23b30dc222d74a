"""The work of the front desk: typing a whole application into the registration."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

from tests.browser.application import COURIER, COURIER_PHONE, UNIT_CODE, Application, a_scan
from tests.browser.typing import add_row, choose, enclose, group, pick, tick, write


def type_application(page: Page, application: Application) -> None:
    _type_delivery(page, application)
    _type_letter(page, application)
    _type_members(page, application)
    _type_authorisation(page, application)
    _type_declaration(page, application)
    _type_materials(page, application)


def _type_delivery(page: Page, application: Application) -> None:
    write(
        page,
        {
            "送件人姓名": COURIER,
            "送件人联系电话": COURIER_PHONE,
            "收件日期": application.received_on,
        },
    )


def _type_letter(page: Page, application: Application) -> None:
    letter = application.letter
    pick(page, "委托单位", UNIT_CODE)
    pick(page, "核对项目", application.content["service"])
    choose(page, "核对内容", "收入", "财产", "支出")
    write(
        page,
        {
            "委托编号": application.number,
            "核对报告事由": application.content["purpose"],
            "核对报告份数": application.content["copies"],
            "核对期间起始日": letter["period"]["start"],
            "核对期间截止日": letter["period"]["end"],
            "财产截止日期": letter["property_as_of"],
            "委托书生效日期": letter["valid"]["start"],
            "委托书失效日期": letter["valid"]["end"],
            "委托人姓名": letter["agent"],
        },
    )
    tick(page, "委托人已签字", "已加盖委托单位公章", "含有免责声明")
    enclose(page, "核对委托书扫描件", a_scan("核对委托书"))


def _type_members(page: Page, application: Application) -> None:
    choose(page, "户籍类别", {"urban": "城镇", "rural": "农村"}[application.content["household"]["area"]])
    for number, person in enumerate(application.persons, start=1):
        if number > 1:
            add_row(page, "家庭成员", number)
        _type_member(page, number, person, application)


def _type_member(page: Page, number: int, person: Mapping[str, Any], application: Application) -> None:
    row = group(page, f"家庭成员 {number}")
    write(row, {"姓名": person["name"], "证件号码": person["id_no"]})
    pick(row, "与户主关系", person["relation"])
    pick(row, "证件类型", person["id_type"])
    choose(row, "身份", "共同生活的家庭成员")
    guardian = application.guardian_of(str(person["ref"]))
    choose(row, "授权书签署", "监护人代签" if guardian else "本人签署")
    if guardian:
        name = application.name_of(guardian["signed_by"])
        write(row, {"监护人姓名": name, "监护依据": guardian["guardian_basis"]})
    enclose(row, "有效身份证件复印件", a_scan(f"身份证件 {number}"))


def _type_authorisation(page: Page, application: Application) -> None:
    paper = application.content["authorisations"][0]
    write(
        page,
        {
            "授权书编号": paper["number"],
            "授权起始日": paper["valid"]["start"],
            "授权截止日": paper["valid"]["end"],
        },
    )
    tick(page, "授权查询经济状况信息和评估经济状况")
    choose(page, "核对对象确认方式", "签字")
    enclose(page, "核对授权书扫描件", a_scan("核对授权书"))


def _type_declaration(page: Page, application: Application) -> None:
    declared = application.declaration
    choose(page, "是否提交申报材料", "是")
    enclose(page, "申报材料扫描件", a_scan("家庭经济状况自行申报表"))
    write(
        page,
        {
            "申报金融资产": declared["financial_assets"],
            "申报住房套数": declared["dwellings"],
            "申报车辆数": declared["vehicles"],
            "申报经营主体数": declared["entities"],
            "申报刚性支出": declared["rigid_expenditure"],
        },
    )
    for number, income in enumerate(declared["incomes"], start=1):
        row = add_row(page, "申报收入", number)
        pick(row, "收入类别", income["category"])
        write(
            row,
            {
                "姓名": application.name_of(income["person"]),
                "每月金额": income["amount_month"],
                "支付单位": income["payer"],
                "起始年月": income["first_month"],
                "截止年月": income["last_month"],
            },
        )


def _type_materials(page: Page, application: Application) -> None:
    for number, material in enumerate(application.content["materials"], start=1):
        if number > 1:
            add_row(page, "委托材料", number)
        write(group(page, f"委托材料 {number}"), {"材料名称": material["name"], "份数": material["copies"]})
