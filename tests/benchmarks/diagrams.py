"""The two diagrams the engines are compared with; both our parser and the library's own read them."""

from tests.engine.runtime.diagrams import document, each, end, exclusive, service, start, user

# Ask twenty sources side by side, look at the answers, ask again if need be, compute, report, archive.
AUTO = document(
    start(),
    service("validate", operation="validate"),
    exclusive("merge_rounds"),
    service("query_source", each("sources", "source", "outcomes", "outcome"), operation="query_source"),
    service("check_answers", operation="check_answers"),
    exclusive("gateway_requery"),
    service("compute", operation="compute"),
    exclusive("gateway_suspend"),
    service("report", operation="report"),
    service("send", operation="send"),
    service("archive", operation="archive"),
    end("archived"),
    end("suspended"),
    flows="""
        start -> validate -> merge_rounds -> query_source -> check_answers -> gateway_requery
        gateway_requery -> merge_rounds : requery
        gateway_requery -> compute : default
        compute -> gateway_suspend
        gateway_suspend -> suspended : suspend
        gateway_suspend -> report : default
        report -> send -> archive -> archived
    """,
)

# A task that is done over and over again: what a case looks like that comes back for correction.
REWORK = document(
    start(),
    exclusive("merge_rounds"),
    user("handle"),
    user("review"),
    exclusive("gateway_again"),
    end(),
    flows="""
        start -> merge_rounds -> handle -> review -> gateway_again
        gateway_again -> merge_rounds : again
        gateway_again -> done : default
    """,
)
