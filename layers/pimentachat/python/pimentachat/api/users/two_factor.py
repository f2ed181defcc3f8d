"""The second factor of a login."""

from pimentachat.api.registry import Router
from pimentachat.auth.callers import Caller
from pimentachat.requests.params import UserParams
from pimentachat.requests.two_factor import Code, CodesReply, RemainingReply, SecretReply
from pimentachat.services.accounts import two_factor, users

router = Router()


@router.post("users.2fa.enableTotp")
def enable(caller: Caller) -> SecretReply:
    """Get a secret for an authenticator app; users.2fa.validateTotp switches it on"""
    secret, url = two_factor.enable(caller)
    return {"secret": secret, "url": url}


@router.post("users.2fa.validateTotp")
def validate(caller: Caller, params: Code) -> CodesReply:
    """Switch the second factor on with a code of the app; answers the backup codes, shown only here"""
    return {"codes": two_factor.confirm(caller, params.code)}


@router.post("users.2fa.disableTotp")
def disable(caller: Caller, params: Code) -> None:
    """Switch the second factor off, with a code"""
    two_factor.disable(caller, params.code)


@router.post("users.2fa.regenerateCodes")
def regenerate(caller: Caller, params: Code) -> CodesReply:
    """Replace the backup codes, with a code"""
    return {"codes": two_factor.regenerate(caller, params.code)}


@router.get("users.2fa.checkCodesRemaining")
def count_codes(caller: Caller) -> RemainingReply:
    """How many backup codes are left"""
    return {"remaining": two_factor.codes_left(caller)}


@router.post("users.resetTOTP")
def reset(caller: Caller, params: UserParams) -> None:
    """Switch somebody's second factor off who has lost it (administrator); ends their sessions"""
    two_factor.reset(caller, users.named(params.whom))
