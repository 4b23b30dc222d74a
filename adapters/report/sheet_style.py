"""The looks of papers besides the report: one style for all, so that templates hold words and classes."""

from html.parser import HTMLParser

from adapters.report.html import BODY_FAMILIES, HEADING_FAMILIES

# 21 px print as 12 pt (小四), as in the report; the type area is 773 px wide.
STYLE = f"""
* {{ margin: 0; padding: 0; }}
body {{ font: 21px/37px {BODY_FAMILIES}; color: #000; word-wrap: break-word; }}
h1, h2, h3 {{ font-weight: normal; }}
h1.title {{ font: 38px/56px {HEADING_FAMILIES}; text-align: center; margin: 12px 0 24px; }}
h2 {{ font: 26px/44px {HEADING_FAMILIES}; margin: 14px 0 6px; }}
h3 {{ font: 22px/38px {HEADING_FAMILIES}; margin: 8px 0 2px; }}
p {{ text-indent: 42px; }}
p.flush, p.number, p.date {{ text-indent: 0; }}
p.number {{ text-align: right; margin-bottom: 12px; }}
ol, ul {{ list-style: none; }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse; line-height: 31px; margin: 8px 0; }}
th, td {{ border: 1px solid #000; padding: 4px 7px; font-weight: normal; vertical-align: middle;
          word-wrap: break-word; }}
th {{ text-align: center; }}
tr {{ page-break-inside: avoid; }}
table.facts th {{ width: 26%; }}
td.middle {{ text-align: center; }}
td.right {{ text-align: right; }}
.block {{ display: inline-block; width: 100%; vertical-align: top; page-break-inside: avoid; }}
.signature {{ display: inline-block; width: 100%; margin-top: 60px; min-height: 150px;
              page-break-inside: avoid; }}
.signature p {{ margin-left: 300px; text-align: center; text-indent: 0; }}
.signature p.left {{ margin-left: 0; text-align: left; }}
.blank-line {{ display: inline-block; border-bottom: 1px solid #000; min-width: 130px; height: 28px;
               text-indent: 0; text-align: center; vertical-align: bottom; line-height: 30px; }}
.blank-line.short {{ min-width: 60px; }}
.blank-line.long {{ min-width: 330px; }}
.page-break {{ page-break-before: always; }}
"""


def dressed(html: str) -> str:
    """The page with the style in its head."""
    return html.replace("</head>", f"<style>{STYLE}</style></head>", 1)


def text_of(html: str) -> str:
    """What is printed of a page, its references resolved."""
    reader = _Text()
    reader.feed(html)
    return "".join(reader.parts)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
