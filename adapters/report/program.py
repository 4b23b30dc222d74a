"""wkhtmltopdf as pdfkit calls it, shut off from network and files: a page of HTML in, a raw PDF out."""

import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pdfkit import configuration
from pdfkit.pdfkit import PDFKit

from engine.ports import PermanentFailure, TemporaryFailure

NAME = "wkhtmltopdf"
# Margins and dpi give the type area before it is imposed: RAW_PIXEL and its neighbours in layout.py follow.
# The page is ours and self-contained. Should a value ever slip through unescaped, it finds no script, no file
# and, behind a proxy that is not there, no network: a fetch then fails the whole report.
OPTIONS = {
    "page-size": "A4",
    "margin-top": "37mm",
    "margin-left": "28mm",
    "margin-right": "24.65mm",
    "margin-bottom": "33.05mm",
    "dpi": "300",
    "encoding": "utf-8",
    "javascript-delay": "0",
    "disable-javascript": "",
    "disable-local-file-access": "",
    "disable-external-links": "",
    "disable-plugins": "",
    "no-images": "",
    "proxy": "http://127.0.0.1:9",
}


def find_program() -> Path:
    """Raises FileNotFoundError, at the start and not at the first report."""
    path = shutil.which(NAME)
    if path is None:
        raise FileNotFoundError(f"{NAME} is not installed (Debian package wkhtmltopdf)")
    return Path(path)


@dataclass(frozen=True)
class Program:
    """The program with its fonts and the time it may take."""

    path: Path
    fontconfig: Path
    timeout_seconds: float

    def print(self, page: str) -> bytes:
        """Raises TemporaryFailure when it is killed or too slow, PermanentFailure when it refuses."""
        command = self._command(page)
        with TemporaryDirectory(prefix="hedui-report-") as home:
            try:
                done = subprocess.run(  # noqa: S603 - fixed arguments, the page goes in by stdin
                    command,
                    input=page.encode(),
                    capture_output=True,
                    timeout=self.timeout_seconds,
                    env=self._environment(home),
                    cwd=home,
                    check=False,
                )
            except subprocess.TimeoutExpired as error:
                raise TemporaryFailure("render_timeout") from error
        if done.returncode < 0:
            raise TemporaryFailure(f"render_killed:{-done.returncode}")
        if done.returncode or not done.stdout.startswith(b"%PDF-"):
            raise PermanentFailure(f"render_refused:{done.returncode}")
        return done.stdout

    def _command(self, page: str) -> list[str]:
        """pdfkit would take options out of the page: nobody can guess the prefix it has to listen to.

        Its own call of the program knows no time limit, so the call is made here.
        """
        settings = configuration(wkhtmltopdf=str(self.path), meta_tag_prefix=secrets.token_hex(16))
        command: list[str] = PDFKit(page, "string", options=OPTIONS, configuration=settings).command()
        return command

    def _environment(self, home: str) -> dict[str, str]:
        """Nothing of ours: no secrets, no display; only the fonts, and a seed so that bytes repeat."""
        folders = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), home)
        return {**folders, "FONTCONFIG_FILE": str(self.fontconfig), "QT_HASH_SEED": "0", "LANG": "C.UTF-8"}
