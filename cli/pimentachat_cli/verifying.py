"""`verify`: whether the records of a workspace agree."""

import json
import sys

import click
from rich.progress import SpinnerColumn, TextColumn

from pimentachat.services.server import integrity
from pimentachat_cli import tables
from pimentachat_cli.session import Command, Session


@click.command(cls=Command)
@click.option("--repair", is_flag=True, help="Mend what follows from other records.")
@click.option(
    "--read-units",
    type=click.FloatRange(min=0),
    default=0,
    metavar="NUMBER",
    help="Read at most so many units of a table a second (default: as quick as it goes).",
)
@click.pass_obj
def verify(session: Session, repair: bool, read_units: float) -> int:
    """Walk all records and name everything that does not agree (straight at the tables: --stack or --local).

    Exit code 0: everything agrees, or was mended; 1: something does not.
    """
    where = tables.connect(session)
    looked: dict[str, int] = {}
    left = mended = 0
    with session.progress(SpinnerColumn(), TextColumn("{task.description}")) as progress:
        task = progress.add_task(f"looking at {where}", total=None)

        def seen(what: str, many: int) -> None:
            looked[what] = looked.get(what, 0) + many
            progress.update(task, description=f"looked at {_told(looked)}")

        findings = integrity.verify(read_units=read_units, seen=seen)
        pairs = integrity.mend(findings) if repair else ((finding, False) for finding in findings)
        for finding, done in pairs:
            mended += done
            left += not done
            if session.as_json:
                told = {"kind": finding.kind, "where": finding.where, "problem": finding.problem, "mended": done}
                sys.stdout.write(json.dumps(told | {"mendable": finding.mend is not None}) + "\n")
            else:
                session.say(f"{finding.kind}  {finding.where}: {finding.problem}{', mended' if done else ''}")
    if left or mended:
        advice = "" if repair or not left else "; --repair mends what follows from other records"
        session.say(f"{left} broken, {mended} mended, among {_told(looked)}{advice}")
    else:
        session.say(f"everything agrees: {_told(looked)}")
    return 1 if left else 0


def _told(looked: dict[str, int]) -> str:
    return ", ".join(f"{many:,} of {what}" for what, many in looked.items()) or "nothing"
