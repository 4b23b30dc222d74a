"""The last test of the linter: a real parse, in a process of its own that may hang or die without harm."""

import json
import os
import resource
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence

from engine.runtime.definitions import Source, load_definitions
from engine.runtime.errors import ProcessFault
from engine.runtime.lint.finding import Finding
from engine.runtime.parsing import parsed

TIME_LIMIT_SECONDS = 20
_MEMORY = 1_000_000_000
_RULE = "trial"
_CHILD = "from engine.runtime.lint.trial import child; child()"


def try_parse(sources: Sequence[Source], time_limit: float = TIME_LIMIT_SECONDS) -> list[Finding]:
    """What the engine itself objects to; nothing if it can run the sources."""
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and program; the files go in as data
            [sys.executable, "-c", _CHILD],
            input=json.dumps([[item.name, b64encode(item.content).decode()] for item in sources]).encode(),
            capture_output=True,
            timeout=time_limit,
            env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"},
            check=True,
        )
    except subprocess.TimeoutExpired:
        return [_finding("", f"试解析超过 {time_limit:g} 秒", "简化流程图")]
    except subprocess.CalledProcessError:
        return [_finding("", "试解析意外中止", "简化流程图")]
    return [_finding("", line, "按提示修改流程图") for line in done.stdout.decode().splitlines()]


def child() -> None:
    """Entry of the child: files from standard input, objections to standard output, one per line."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT_SECONDS, TIME_LIMIT_SECONDS))
    files = json.load(sys.stdin.buffer)
    for objection in objections([Source(name, b64decode(content)) for name, content in files]):
        sys.stdout.buffer.write(f"{objection}\n".encode())


def objections(sources: Sequence[Source]) -> list[str]:
    try:
        definitions = load_definitions(sources)
    except ProcessFault as fault:
        return [_line(fault)]
    found = []
    for definition in definitions.values():
        try:
            parsed(definition)
        except ProcessFault as fault:
            found.append(_line(fault))
    return found


def _line(fault: ProcessFault) -> str:
    return " ".join(str(fault).split())


def _finding(file: str, message: str, remedy: str) -> Finding:
    return Finding(file, "", _RULE, message, remedy)
