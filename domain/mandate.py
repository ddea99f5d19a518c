"""What a signed-in caller stands for: the roles that the organisation gave them."""

from dataclasses import dataclass
from enum import StrEnum


class OrganisationRole(StrEnum):
    """A role that holds everywhere; what somebody is in one unit, its own stream says.

    All who signed in read what is published. Members take part: they change what they own and what
    their units let them. Leads speak for every unit, admins act for everybody on what everybody
    sees, and auditors read everything and change nothing.
    """

    READER = "reader"
    MEMBER = "member"
    LEAD = "lead"
    ADMIN = "admin"
    AUDITOR = "auditor"


TAKING_PART = frozenset({OrganisationRole.MEMBER, OrganisationRole.LEAD, OrganisationRole.ADMIN})
"""The roles of those who may change anything at all."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """The roles of whoever asks. Where nobody signs in, a request has none, and nothing is asked
    about roles."""

    roles: frozenset[OrganisationRole]

    @property
    def takes_part(self) -> bool:
        return not self.roles.isdisjoint(TAKING_PART)

    @property
    def leads_every_unit(self) -> bool:
        return OrganisationRole.LEAD in self.roles

    @property
    def administers(self) -> bool:
        return OrganisationRole.ADMIN in self.roles

    @property
    def sees_all_drafts(self) -> bool:
        return OrganisationRole.AUDITOR in self.roles
