"""`pimentachat`: the commands, and the one place where what goes wrong becomes a sentence."""

import sys
import traceback
from collections.abc import Sequence

import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from pimentachat.errors.base import ChatError
from pimentachat.errors.requests import Unavailable
from pimentachat_cli import accounts, exporting, importing, places, rooms, statistics, tailing, users, verifying
from pimentachat_cli.failures import Failure, Misused, Unreachable
from pimentachat_cli.session import Group, Session, login_of_environment, printable

_INTERRUPTED = 130
_BROKEN_PIPE = 141


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="pimentachat-serverless", message="%(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """A pimentaCHAT workspace from a terminal, local or deployed.

    \b
    Exit codes: 0 done, 1 refused or something is broken, 2 not understood, 3 out of reach.
    """
    login_of_environment(context.ensure_object(Session))


for command in (
    places.run,
    places.deploy_local,
    accounts.login,
    accounts.logout,
    accounts.admin,
    users.user,
    rooms.room,
    tailing.tail,
    statistics.stats,
    verifying.verify,
    importing.import_export,
    exporting.export,
):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None, session: Session | None = None) -> int:
    """Runs a command; returns its exit code."""
    session = session or Session()
    try:
        return int(cli.main(args=arguments, prog_name="pimentachat", standalone_mode=False, obj=session) or 0)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as problem:
        problem.show()
        return Misused.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read this has seen enough (`| head`).
        sys.stderr.close()
        return _BROKEN_PIPE
    except Exception as problem:
        failure = problem if isinstance(problem, Failure) else _as_failure(problem)
        if session.debug:
            traceback.print_exc()
        session.errors.print(f"error: {printable(str(failure))}", markup=False)
        return failure.exit_code


def _as_failure(problem: Exception) -> Failure:
    """What came from below, as a sentence."""
    if isinstance(problem, Unavailable):
        cause = problem.__cause__ or problem
        return Unreachable(f"the tables are out of reach ({cause}): try again, or check --stack and the network")
    if isinstance(problem, ChatError):
        return Failure(problem.message or str(problem.code))
    if isinstance(problem, NoCredentialsError):
        return Unreachable("no AWS credentials: set AWS_PROFILE, or log in as your organisation does")
    if isinstance(problem, ClientError):
        told = problem.response["Error"]
        return Unreachable(f"AWS refuses {problem.operation_name}: {told.get('Message') or told['Code']}")
    if isinstance(problem, BotoCoreError):
        return Unreachable(f"AWS is out of reach: {problem}")
    if isinstance(problem, OSError):
        return Misused(f"{problem.filename or 'the system'}: {problem.strerror or problem}")
    return Failure(f"this is a fault of the program ({type(problem).__name__}: {problem}); --debug shows where")


def run() -> None:
    sys.exit(main())
