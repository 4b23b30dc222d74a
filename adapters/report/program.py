"""wkhtmltopdf as pdfkit calls it, shut off from network and files: pages of HTML in, raw PDFs out."""

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
IN_AND_OUT = ("-", "-")  # how pdfkit ends a command: we name files instead
# Margins and dpi give the type area before it is imposed: RAW_PIXEL and its neighbours in layout.py follow.
# The page is ours and self-contained (self_contained.py). Should a value ever slip through unescaped, it
# finds no script, no file and, behind a proxy that is not there, no network: nothing stands in its place.
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

    def print(self, pages: list[str]) -> list[bytes]:
        """All in one run, which is started once. Raises TemporaryFailure when it is killed, too slow or
        cannot be started, PermanentFailure when it refuses.

        The pages of several households lie side by side: beside the program's own wall between files, no
        page can guess the name of another.
        """
        names = [secrets.token_hex(8) for _ in pages]
        orders = "".join(f"{name}.html {name}.pdf\n" for name in names)
        try:
            with TemporaryDirectory(prefix="hedui-report-") as home:
                folder = Path(home)
                for name, page in zip(names, pages, strict=True):
                    (folder / f"{name}.html").write_text(page, "utf-8")
                self._run(orders, folder, len(pages))
                return [_result(folder / f"{name}.pdf") for name in names]
        except OSError as error:  # no room on the disk, no memory for another process
            raise TemporaryFailure("render_unavailable") from error

    def _run(self, orders: str, folder: Path, pages: int) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - fixed arguments, the pages are files of ours
                self._command(),
                input=orders.encode(),
                capture_output=True,
                timeout=self.timeout_seconds * (1 + pages / 10),
                env=self._environment(str(folder)),
                cwd=folder,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise TemporaryFailure("render_timeout") from error
        if done.returncode < 0:
            raise TemporaryFailure(f"render_killed:{-done.returncode}")
        if done.returncode:
            raise PermanentFailure(f"render_refused:{done.returncode}")

    def _command(self) -> list[str]:
        """pdfkit would take options out of a page: nobody can guess the prefix it has to listen to, and it
        is shown none. Its own call of the program knows no time limit, so the call is made here.
        """
        settings = configuration(wkhtmltopdf=str(self.path), meta_tag_prefix=secrets.token_hex(16))
        command: list[str] = PDFKit("", "string", options=OPTIONS, configuration=settings).command()
        return [*command[: -len(IN_AND_OUT)], "--read-args-from-stdin"]

    def _environment(self, home: str) -> dict[str, str]:
        """Nothing of ours: no secrets, no display; only the fonts, and a seed so that bytes repeat."""
        folders = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), home)
        return {**folders, "FONTCONFIG_FILE": str(self.fontconfig), "QT_HASH_SEED": "0", "LANG": "C.UTF-8"}


def _result(path: Path) -> bytes:
    """The program says nothing when one page of several has failed."""
    content = path.read_bytes() if path.is_file() else b""
    if not content.startswith(b"%PDF-"):
        raise PermanentFailure("render_refused:0")
    return content
