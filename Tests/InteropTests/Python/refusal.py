"""What a judge says about one document: the libraries' own refusals, and nothing else, count as a no."""

import traceback

import jwt
from cryptography.exceptions import InvalidSignature
from jwcrypto.common import JWException
from openbadgeslib.errors import LibOpenBadgesException
from openvc.errors import OpenvcError


class Refused(Exception):
    """A check made by these scripts, not by a library, found the document wrong."""


# The reference implementation of SD-JWT refuses with a bare ValueError.
NO = (Refused, OpenvcError, LibOpenBadgesException, jwt.PyJWTError, InvalidSignature, JWException, ValueError)


def verdict(judge, *arguments):
    """Runs one judge: `valid` and, when not, the reason. A crash of a script or a library is neither."""
    try:
        judge(*arguments)
        return {"valid": True}
    except NO as no:
        return {"valid": False, "reason": f"{type(no).__name__}: {no}"[:300]}
    except Exception:
        return {"crash": traceback.format_exc()[-2000:]}
