"""The work of the acceptance desk: typing what a unit writes, for a re-check or from another centre."""

from playwright.sync_api import Page

from tests.browser.application import COURIER, COURIER_PHONE, UNIT_CODE, Application, a_scan
from tests.browser.typing import add_row, choose, enclose, group, pick, tick, write
from web.demo.town import UNIT_NAME

DISPUTED_ITEM = "RS01"


def type_recheck(page: Page, application: Application, report_no: str) -> None:
    """The form of MZ/T 072-2016 Annex F."""
    write(
        page,
        {
            "单位名称": UNIT_NAME,
            "联系人": COURIER,
            "联系电话": COURIER_PHONE,
            "联系人证件号码": application.head["id_no"],
            "通讯地址": "示例市天宁区",
            "经办人姓名": COURIER,
            "申请日期": application.received_on,
        },
    )
    row = group(page, "复核内容 1")
    write(row, {"核对编号": report_no, "复核原因": "工资与申报不符"})
    pick(row, "复核数据项", DISPUTED_ITEM)
    tick(page, "经办人已签字", "已加盖复核申请单位公章")


def type_peer_request(page: Page, application: Application) -> None:
    _type_request(page, application)
    for number, person in enumerate(application.persons, start=1):
        row = add_row(page, "家庭成员", number) if number > 1 else group(page, "家庭成员 1")
        write(row, {"姓名": person["name"], "证件号码": person["id_no"]})
        pick(row, "与户主关系", person["relation"])
        pick(row, "证件类型", person["id_type"])
    paper = application.content["authorisations"][0]
    tick(page, "授权查询经济状况信息和评估经济状况")
    choose(page, "核对对象确认方式", "签字")
    choose(page, "来函声明由发起机构对申请材料的合法性和完整性负责", "未声明")
    write(
        page,
        {
            "授权书编号": paper["number"],
            "授权起始日": paper["valid"]["start"],
            "授权截止日": paper["valid"]["end"],
        },
    )


def _type_request(page: Page, application: Application) -> None:
    letter = application.letter
    pick(page, "发起核对的机构", UNIT_CODE)
    pick(page, "核对项目", application.content["service"])
    choose(page, "核对内容", "收入", "财产", "支出")
    choose(page, "户籍类别", "城镇")
    tick(page, "来函已加盖公章")
    enclose(page, "来函扫描件", a_scan("来函"))
    write(
        page,
        {
            "来函编号": application.number,
            "收件日期": application.received_on,
            "核对报告事由": application.content["purpose"],
            "核对期间起始日": letter["period"]["start"],
            "核对期间截止日": letter["period"]["end"],
            "财产截止日期": letter["property_as_of"],
            "来函生效日期": letter["valid"]["start"],
            "来函失效日期": letter["valid"]["end"],
            "对方经办人": letter["agent"],
        },
    )
