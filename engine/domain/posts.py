"""Posts (岗位) of a verification unit: MZ/T 072-2016 4.2 and DB32/T 3319-2017 4.3."""

ACCEPTANCE = "受理岗"
EXCHANGE = "信息交换岗"
CERTIFICATION = "核证岗"
REPORT = "核对报告岗"
CONFIDENTIAL = "机要岗"
FRONT_DESK = "前台服务岗"
BACK_OFFICE = "后台服务岗"
SUPERVISOR = "督查主任岗"

# Lanes of the diagrams are drawn for these.
POSTS = (
    ACCEPTANCE,
    EXCHANGE,
    CERTIFICATION,
    REPORT,
    CONFIDENTIAL,
    FRONT_DESK,
    BACK_OFFICE,
    SUPERVISOR,
)

# DB32/T 3319-2017 5.2.2.1.1: named persons for accounts and for the log; they handle no cases.
ADMINISTRATOR = "系统管理岗"
AUDITOR = "安全审计岗"
OFFICES = (ADMINISTRATOR, AUDITOR)

ALL_POSTS = (*POSTS, *OFFICES)
