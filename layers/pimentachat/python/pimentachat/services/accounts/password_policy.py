"""The rules for new passwords, when the workspace has switched them on (contract: users.yaml password_policy)."""

import re
from typing import Final

from pimentachat import workspace
from pimentachat.errors.users import PasswordPolicyNotMet

_PREFIX: Final = "Accounts_Password_Policy_"
_CHARACTERS: Final = (
    ("AtLeastOneLowercase", "oneLowercase", r"[a-z]", "lowercase"),
    ("AtLeastOneUppercase", "oneUppercase", r"[A-Z]", "uppercase"),
    ("AtLeastOneNumber", "oneNumber", r"[0-9]", "numerical"),
    ("AtLeastOneSpecialCharacter", "oneSpecial", r"[^A-Za-z0-9 ]", "special"),
)


def check(password: str) -> None:
    """
    Raises:
        PasswordPolicyNotMet: with the first rule that the password breaks.
    """
    space = workspace.current()
    if not space.flag(f"{_PREFIX}Enabled"):
        return
    if not password.strip():
        raise PasswordPolicyNotMet("", "The password provided does not meet the server's password policy.")
    least, most = space.number(f"{_PREFIX}MinLength"), space.number(f"{_PREFIX}MaxLength")
    if least >= 1 and len(password) < least:
        raise PasswordPolicyNotMet("minLength", "The password does not meet the minimum length password policy.")
    if 1 <= most < len(password):
        raise PasswordPolicyNotMet("maxLength", "The password does not meet the maximum length password policy.")
    copies = max(1, space.number(f"{_PREFIX}ForbidRepeatingCharactersCount"))
    if space.flag(f"{_PREFIX}ForbidRepeatingCharacters") and re.search(rf"(.)\1{{{copies},}}", password):
        raise PasswordPolicyNotMet(
            "repeatingCharacters",
            "The password contains repeating characters which is against the password policy.",
        )
    for setting, rule, pattern, word in _CHARACTERS:
        if space.flag(_PREFIX + setting) and not re.search(pattern, password):
            raise PasswordPolicyNotMet(
                rule,
                f"The password does not contain at least one {word} character which is against the password policy.",
            )
