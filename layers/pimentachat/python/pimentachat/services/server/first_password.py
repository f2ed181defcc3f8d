"""The password that a deployment makes up for its administrator. SSM keeps it for whoever deployed (the output
AdminPasswordCommand reads it), for as long as it is the administrator's."""

from pimentachat import ids
from pimentachat.auth import passwords
from pimentachat.cloud import secrets
from pimentachat.config import config
from pimentachat.store import users as user_store


class TakenAway(Exception):
    """It went while it was looked at. Trying again helps."""


def take() -> str:
    """What SSM keeps, else a new one that it keeps from now on: whoever tries again, or at the same moment, gets the
    same.

    Raises:
        TakenAway.
    """
    name = config().admin_password_parameter
    made_up = ids.new_password()
    if secrets.add(name, made_up, f"First password of {config().admin_username}; it goes when another one is chosen"):
        return made_up
    kept = secrets.find(name)
    if kept is None:
        raise TakenAway
    return kept


def forget() -> None:
    """Takes it out of SSM."""
    secrets.forget(config().admin_password_parameter)


def forget_unless_valid() -> None:
    """Takes it out of SSM when it is not, or not any more, the administrator's."""
    if not config().admin_password_parameter:
        return
    kept = secrets.find(config().admin_password_parameter)
    if kept is None:
        return
    user_id = user_store.id_by_username(config().admin_username)
    administrator = user_store.find(user_id) if user_id else None
    if administrator is None or not passwords.matches(passwords.digest(kept), administrator.password_hash):
        forget()
