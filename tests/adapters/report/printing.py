"""What a report is printed with, and tiny templates for what needs no whole report."""

from engine.domain.report_check import check_address
from engine.paper_definitions import REPORT, load_papers
from engine.ports import CheckMark
from tests.domain.report.cases import NUMBER

CODE = "7K3MQ9TFXA"
MARK = CheckMark(check_address("https://hedui.example/public/report", NUMBER, CODE), CODE)
PAPERS = load_papers("forms")
TEMPLATE = PAPERS[REPORT].source
HEAD = (
    '<html><head><meta charset="utf-8"><style>* { margin: 0 } .page { page-break-before: always }'
    " body { font: 21px/37px {{ body }}; word-wrap: break-word }</style></head><body>"
)
COUNT = "<p>本核对报告共{{ pages }}页，一式{{ content.copies }}份。</p>"
SEAL = "<p>{{ content.verification_unit }}（盖章）</p>"


def a_tiny_template(pages: int, inside: str = "") -> str:
    """So many pages that each have a place for a seal; `inside` stands on the first."""
    others = f'<div class="page"></div>{SEAL}' * (pages - 1)
    return f"{HEAD}{COUNT}{inside}{SEAL}{others}</body></html>"
