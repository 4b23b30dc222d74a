"""The shipped catalogue against the tables of MZ/T 072-2016 附录D."""

import pytest

from adapters.sources.catalogue import load_catalogue
from engine.domain.catalogue import Catalogue

# Named in MZ/T 072-2016 附录D only.
ANNEX_D_ONLY = ["JR05", "JR06", "JR07", "JR08", "NY01", "YB01", "JR09", "TY01"]
# MZ/T 072-2016 附录D, in print order: section, table, its cells.
ANNEX_D = [
    pytest.param(
        "0",
        "首页",
        "编号 委托单位(受文) 核对依据文号 受委托日期 委托单位 开展事项 户主姓名 证件类型 证件号码 "
        "收入核对期间起 收入核对期间止 财产截止日期 共*页 一式*份 核对结果 经办人 核对机构(盖章) "
        "日期",
        marks=pytest.mark.clause("M D.1 cover"),
    ),
    pytest.param(
        "0",
        "抬头",
        "委托单位 核对机构 核对编号 核对结果",
        marks=pytest.mark.clause("M D.1 head"),
    ),
    pytest.param(
        "0",
        "家庭成员基本信息(概述)",
        "序号 姓名 性别 民族 证件类型 证件号 与户主关系",
        marks=pytest.mark.clause("M D.1 members"),
    ),
    pytest.param(
        "0",
        "核对结果概述",
        "家庭人口 月人均收入 救助申报收入 本地区规定标准收入 领取养老金 失业保险金 人保 房屋套数 "
        "车辆辆数 有(无)投资企业 公积金账户余额",
        marks=pytest.mark.clause("M D.1 overview"),
    ),
    pytest.param(
        "一",
        "家庭成员基本信息",
        "姓名 健康状况 就业情况 婚姻状况 户籍所在地",
        marks=pytest.mark.clause("M D.1 一-1"),
    ),
    pytest.param(
        "一",
        "法定赡养、抚养、扶养义务人基本信息",
        "姓名 与申请人关系 身份证号 婚姻状况 户籍所在地",
        marks=pytest.mark.clause("M D.1 一-2"),
    ),
    pytest.param(
        "一",
        "殡葬信息",
        "姓名 死亡时间 火化时间",
        marks=pytest.mark.clause("M D.1 一-3"),
    ),
    pytest.param(
        "一",
        "婚姻信息",
        "男方姓名 女方姓名 登记日期",
        marks=pytest.mark.clause("M D.1 一-4"),
    ),
    pytest.param(
        "二",
        "工资性收入",
        "工资发放单位 实发工资 代发银行 银行账号",
        marks=pytest.mark.clause("M D.1 二-5"),
    ),
    pytest.param(
        "二",
        "民政非企业",
        "组织名称 组织类型 从事经营活动的净收入 从事未经工商和劳动部门登记的经营活动的净收入 登记证号",
        marks=pytest.mark.clause("M D.1 二-6"),
    ),
    pytest.param(
        "二",
        "个体经营者信息",
        "注册号 企业名称 主要负责人证件类型 上年盈利收入",
        marks=pytest.mark.clause("M D.1 二-7"),
    ),
    pytest.param(
        "二",
        "获取的农村土地及惠农补贴信息",
        "宅基地面积 农用地面积 补贴总金额 代发银行 惠农补贴项目 银行账号",
        marks=pytest.mark.clause("M D.1 二-8"),
    ),
    pytest.param(
        "二",
        "企业主要人员",
        "注册号 企业名称 是否法定代表人 职务",
        marks=pytest.mark.clause("M D.1 二-9"),
    ),
    pytest.param(
        "二",
        "企业投资人",
        "注册号 企业名称 投资人名称 认缴出资额（万元）",
        marks=pytest.mark.clause("M D.1 二-10"),
    ),
    pytest.param(
        "二",
        "个体经营者",
        "注册号 个体字号 主要经营姓名 经营者姓名",
        marks=pytest.mark.clause("M D.1 二-11"),
    ),
    pytest.param(
        "二",
        "代表机构雇员",
        "注册号 企业名称 职务 人员类别",
        marks=pytest.mark.clause("M D.1 二-12"),
    ),
    pytest.param(
        "二",
        "公积金信息",
        "个人登记号码 缴存单位 缴存状态 账户余额 本年度支取额 累计支取额",
        marks=pytest.mark.clause("M D.1 二-13"),
    ),
    pytest.param(
        "三",
        "房产信息",
        "购买价格（万元） 时间 房屋地址 房屋面积 拥有类型",
        marks=pytest.mark.clause("M D.1 三-14"),
    ),
    pytest.param(
        "三",
        "车辆信息",
        "初次登记日期 颁发行驶证日期 车辆号牌 车辆型号 品牌种类 状态",
        marks=pytest.mark.clause("M D.1 三-15"),
    ),
    pytest.param(
        "三",
        "存款信息",
        "银行名称 同一银行所有帐户存款总额 存储类型 查询时间 账户余额",
        marks=pytest.mark.clause("M D.1 三-16"),
    ),
    pytest.param(
        "三",
        "股票信息",
        "资金帐号 股票总市值 资金帐号余额 查询时间",
        marks=pytest.mark.clause("M D.1 三-17"),
    ),
    pytest.param(
        "三",
        "基金信息",
        "开放式基金销售机构 开放式基金总市值 封闭式基金结算券商 封闭式基金总市值 查询时间",
        marks=pytest.mark.clause("M D.1 三-18"),
    ),
    pytest.param(
        "三",
        "商业保险信息",
        "商业保险名称 商业保险总市值 保险公司名称 保险缴纳金额 末次缴费时间 领取时间 领取金额 查询时间",
        marks=pytest.mark.clause("M D.1 三-19"),
    ),
    pytest.param(
        "三",
        "债券信息",
        "债券名称 债券总市值 查询时间 交易时间",
        marks=pytest.mark.clause("M D.1 三-20"),
    ),
    pytest.param(
        "三",
        "期货信息",
        "期货名称 期货总市值 查询时间 交易时间",
        marks=pytest.mark.clause("M D.1 三-21"),
    ),
    pytest.param(
        "三",
        "理财信息",
        "理财账号 理财总市值 查询时间 交易时间",
        marks=pytest.mark.clause("M D.1 三-22"),
    ),
    pytest.param(
        "三",
        "外汇（贵金属）信息",
        "外汇账号 外汇总市值（人民币） 查询时间 交易时间",
        marks=pytest.mark.clause("M D.1 三-23"),
    ),
    pytest.param(
        "四",
        "基础消费情况信息",
        "缴费项目 缴纳金额 缴费时间 缴费人",
        marks=pytest.mark.clause("M D.1 四-24"),
    ),
    pytest.param(
        "四",
        "社会保险费缴纳情况",
        "上年度平均月收入 养老保险费缴纳金额 失业保险费缴纳金额 医疗保险费缴纳金额 缴费单位名称",
        marks=pytest.mark.clause("M D.1 四-25"),
    ),
    pytest.param(
        "四",
        "纳税信息",
        "纳税人名称 纳税人企业名称 纳税人企业经营地址 税种 收入 税额 纳税人状态",
        marks=pytest.mark.clause("M D.1 四-26"),
    ),
    pytest.param(
        "四",
        "公积金缴纳信息",
        "个人账户余额 末次缴交年月 当前状态 姓名 账号",
        marks=pytest.mark.clause("M D.1 四-27"),
    ),
    pytest.param(
        "四",
        "医疗支出",
        "疾病名称 支出年月 支出金额",
        marks=pytest.mark.clause("M D.1 四-28"),
    ),
    pytest.param(
        "四",
        "大额支出",
        "支出名称 支出年月 支出金额",
        marks=pytest.mark.clause("M D.1 四-29"),
    ),
    pytest.param(
        "五",
        "教育信息",
        "学校名称 学业状况 文化程度 入学时间 结束学业时间",
        marks=pytest.mark.clause("M D.1 五-30"),
    ),
    pytest.param(
        "五",
        "教育助学信息",
        "助学原因 助学机构名称 助学金额 教育救助 助学工程救助",
        marks=pytest.mark.clause("M D.1 五-31"),
    ),
    pytest.param(
        "五",
        "司法信息",
        "援助原因 援助形式 援助机构 援助时间 援助内容",
        marks=pytest.mark.clause("M D.1 五-32"),
    ),
    pytest.param(
        "五",
        "优抚信息",
        "优抚对象 发放类型 工资待遇 开始享受待遇年度 上次发至日期",
        marks=pytest.mark.clause("M D.1 五-33"),
    ),
    pytest.param(
        "五",
        "第三方支付信息",
        "运营商名称 账户用户名 账户余额 近1年支付总额",
        marks=pytest.mark.clause("M D.1 五-34"),
    ),
    pytest.param(
        "五",
        "船舶信息",
        "共有人 共有人证件号码 船舶登记号 总吨位 船舶价值",
        marks=pytest.mark.clause("M D.1 五-35"),
    ),
]
# Printed tables that say more than one department knows: the head of the report and its overview.
COMPOSED_TABLES = {"首页", "抬头", "核对结果概述"}
COMPOSED_CELLS = {"序号"}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_the_other_items_are_those_of_annex_d_only(catalogue: Catalogue) -> None:
    others = [code for code, item in catalogue.items.items() if not item.in_annex_a]

    assert others == ANNEX_D_ONLY
    assert len(others) == 8
    assert all(catalogue.items[code].annex_d_tables for code in others)


@pytest.mark.parametrize(("section", "table", "cells"), ANNEX_D)
def test_every_table_of_annex_d_is_in_the_layout_with_its_cells(
    catalogue: Catalogue, section: str, table: str, cells: str
) -> None:
    found = [(s.number, t) for s in catalogue.layout for t in s.tables if t.name == table]

    assert [(number, t.labels) for number, t in found] == [(section, tuple(cells.split()))]


def test_the_layout_has_the_thirty_nine_tables_in_print_order(catalogue: Catalogue) -> None:
    tables = [table for section in catalogue.layout for table in section.tables]

    assert [table.name for table in tables] == [str(row.values[1]) for row in ANNEX_D]
    assert len(tables) == 39
    assert sum(len(table.labels) for table in tables) == 202


@pytest.mark.parametrize("table", [row.values[1] for row in ANNEX_D if row.values[1] not in COMPOSED_TABLES])
def test_every_cell_of_a_table_of_annex_d_is_a_field_of_an_item(catalogue: Catalogue, table: str) -> None:
    layout = next(t for section in catalogue.layout for t in section.tables if t.name == table)
    fields = [f for item in catalogue.items.values() if table in item.annex_d_tables for f in item.fields]

    printable = {field.label for field in fields if field.in_annex_d}

    assert set(layout.labels) - COMPOSED_CELLS <= printable
