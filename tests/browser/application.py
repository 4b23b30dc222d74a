"""What a courier brings: the papers of an invented household, and what the front desk types from them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from engine.domain.report_number import SHANGHAI
from web.demo.town import UNIT_CODE, UNIT_NAME
from web.sandbox.commissions import Parties
from web.sandbox.specials import special_households
from web.sandbox.world import World

COURIER, COURIER_PHONE = "沈经办", "13800000000"


@dataclass(frozen=True)
class Application:
    """`content` is what the unit would have sent over the line."""

    content: Mapping[str, Any]
    received_on: date

    @property
    def number(self) -> str:
        return str(self.content["commission_no"])

    @property
    def letter(self) -> Mapping[str, Any]:
        letter: Mapping[str, Any] = self.content["letter"]
        return letter

    @property
    def persons(self) -> Sequence[Mapping[str, Any]]:
        persons: Sequence[Mapping[str, Any]] = self.content["household"]["persons"]
        return persons

    @property
    def declaration(self) -> Mapping[str, Any]:
        declaration: Mapping[str, Any] = self.content["declaration"]
        return declaration

    @property
    def head(self) -> Mapping[str, Any]:
        return self.persons[0]

    def name_of(self, ref: str) -> str:
        return next(str(person["name"]) for person in self.persons if person["ref"] == ref)

    def guardian_of(self, ref: str) -> Mapping[str, Any] | None:
        """The authorisation in which somebody signs for this person."""
        signed = (paper for paper in self.content["authorisations"] if paper["signed_by"] != ref)
        return next((paper for paper in signed if ref in paper["covers"]), None)


def an_application(world: World, household: str, number: str, verification_unit: str) -> Application:
    """Of a household the sandbox knows by name, brought today."""
    today = datetime.now(SHANGHAI).date()
    parties = Parties(UNIT_NAME, verification_unit)
    content = world.commission(special_households()[household], "aa", today, number, parties)
    return Application(content, today)


def a_scan(title: str) -> dict[str, Any]:
    """One sheet of paper as a PDF, as the scanner of the front desk saves it."""
    sheet = io.BytesIO()
    canvas = Canvas(sheet, pagesize=(420, 595), invariant=1)
    canvas.drawString(40, 540, f"scan {title.encode().hex()}")
    canvas.showPage()
    canvas.save()
    return {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": sheet.getvalue()}


__all__ = ["COURIER", "COURIER_PHONE", "UNIT_CODE", "Application", "a_scan", "an_application"]
