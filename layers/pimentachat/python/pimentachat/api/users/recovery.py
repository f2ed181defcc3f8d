"""Mails with links for those who cannot log in. The pages behind them are in functions/authentication."""

from pimentachat.api.doorway import Origin
from pimentachat.api.registry import Router
from pimentachat.requests.links import MailAddress
from pimentachat.services.accounts import links

router = Router()


@router.post("users.forgotPassword", public=True)
def forgot_password(params: MailAddress, origin: Origin) -> None:
    """Mail a link under which a new password can be set

    Answers the same whether anybody has the address or not.
    """
    links.ask("reset", params.address, origin.address)


@router.post("users.sendConfirmationEmail", public=True)
def send_confirmation_email(params: MailAddress, origin: Origin) -> None:
    """Mail the link again by which an address is confirmed

    Answers the same whether anybody has the address or not. Public, because who has to confirm it cannot log in.
    """
    links.ask("verify", params.address, origin.address)
