"""Who may have the history as a whole, rather than page by page."""

from __future__ import annotations

from fastapi import Request

from api.access.identity import Identity, Scope, identity_in
from api.access.refusals import ExportNotYoursError, FeedNotYoursError, ScopeMissingError
from projections.sight import Viewer


def check_export(request: Request) -> None:
    """Refuse all of a trail at once to others than auditors and admins.

    Raises ExportNotYoursError, or ScopeMissingError.
    """
    identity = identity_in(request.scope)
    if identity.mandate is None:
        return
    if not (identity.mandate.administers or identity.mandate.sees_all_drafts):
        raise ExportNotYoursError("Read it page by page as JSON, or ask an auditor for it.")
    _check_scope(identity)


def feed_of(request: Request) -> Viewer | None:
    """Of whose own the raw feed tells a caller; None for auditors, whom it tells everything.

    Raises FeedNotYoursError for those to whom nothing can belong, or ScopeMissingError.
    """
    identity = identity_in(request.scope)
    viewer = identity.viewer
    if viewer is not None and viewer.person_id is None and not viewer.leads_every_unit:
        raise FeedNotYoursError("A service owns nothing; read /v1/audit, or ask an auditor.")
    _check_scope(identity)
    return viewer


def _check_scope(identity: Identity) -> None:
    if Scope.EXPORT not in identity.scopes:
        raise ScopeMissingError("The key lacks the scope export; ask for one that has it.")
