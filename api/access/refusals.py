"""The refusals of sign-in, as problems."""

from __future__ import annotations

from api.problems import Problem, RequestError


class SignInRequiredError(RequestError):
    problem = Problem(
        "sign-in-required",
        401,
        "Sign in first",
        "Send `Authorization: Bearer` and an API key, or a token of the identity provider, that is "
        "valid.",
    )


class NotRegisteredError(RequestError):
    problem = Problem(
        "not-registered",
        403,
        "Nobody here is called so",
        "The token is valid, but names nobody who is registered here, or more than one person. Ask "
        "an admin to register you, with the address or the id that the identity provider knows.",
    )


class IssuerSilentError(RequestError):
    problem = Problem(
        "issuer-silent",
        503,
        "The identity provider does not answer",
        "Whether a token is valid cannot be said while the keys of its issuer cannot be fetched. "
        "The token may well be good: try again after as many seconds as `Retry-After` says.",
    )


class ActorIsTheCallerError(RequestError):
    problem = Problem(
        "actor-is-the-caller",
        400,
        "The actor is who signed in",
        "Where people sign in, `X-Actor` is refused: nobody acts under another name. A service "
        "whose key has the scope `on_behalf_of` names a person in `X-On-Behalf-Of`.",
    )


class ScopeMissingError(RequestError):
    problem = Problem(
        "scope-missing",
        403,
        "The key is not for this",
        "Every API key and every token has scopes, and this request needs one that it lacks.",
    )


class TooManyAtOnceError(RequestError):
    problem = Problem(
        "too-many-at-once",
        429,
        "Too many at the same time",
        "Each caller may have so many streams, and so many reads that wait for a position, at the "
        "same time. End one of them, or let it end, and ask again.",
    )


class ExportNotYoursError(RequestError):
    problem = Problem(
        "export-not-yours",
        403,
        "Exports are for auditors and admins",
        "Whoever may read the audit trail reads it page by page, as JSON; all of it at once is "
        "for auditors and admins.",
    )


class FeedNotYoursError(RequestError):
    problem = Problem(
        "feed-not-yours",
        403,
        "The raw feed is for auditors, owners and leads",
        "It tells auditors every record as it is, drafts of everybody among them, and owners and "
        "leads those about what is theirs. To a service that speaks for no unit nothing belongs. "
        "What was published is in /v1/audit for everybody.",
    )


def sign_in_required(detail: str, *, invalid: bool = False) -> SignInRequiredError:
    """The refusal of somebody unknown, with the challenge of RFC 6750."""
    challenge = 'Bearer realm="okr-history"'
    if invalid:
        challenge += ', error="invalid_token"'
    return SignInRequiredError(detail, {"WWW-Authenticate": challenge})
