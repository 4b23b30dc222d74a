"""Posts (岗位) of a verification unit: MZ/T 072-2016 4.2 and DB32/T 3319-2017 4.3."""

ACCEPTANCE = "受理岗"
EXCHANGE = "信息交换岗"
CERTIFICATION = "核证岗"
REPORT = "核对报告岗"
CONFIDENTIAL = "机要岗"
FRONT_DESK = "前台服务岗"
BACK_OFFICE = "后台服务岗"
SUPERVISOR = "督查主任岗"

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
