"""The table of operations: the name a diagram uses and the operation it stands for."""

from engine.service_tasks import (
    archive_case,
    check_answers,
    check_materials,
    check_suspension,
    close_case,
    deliver_report,
    evaluate_household,
    notify_suspension,
    number_report,
    plan_queries,
    query_source,
    register_acceptance,
    render_report,
    resume_case,
    return_application,
)
from engine.service_tasks.operation import AnyOutside, InsideOperation

OPERATIONS: dict[str, InsideOperation | AnyOutside] = {
    "check_materials": check_materials.OPERATION,
    "register_acceptance": register_acceptance.OPERATION,
    "return_application": return_application.OPERATION,
    "plan_queries": plan_queries.OPERATION,
    "query_source": query_source.OPERATION,
    "check_answers": check_answers.OPERATION,
    "evaluate_household": evaluate_household.OPERATION,
    "check_suspension": check_suspension.OPERATION,
    "notify_suspension": notify_suspension.OPERATION,
    "resume_case": resume_case.OPERATION,
    "number_report": number_report.OPERATION,
    "render_report": render_report.OPERATION,
    "deliver_report": deliver_report.OPERATION,
    "archive_case": archive_case.OPERATION,
    "close_case": close_case.OPERATION,
}
