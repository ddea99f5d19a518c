"""The rules of time: history may be back-dated, but neither invented ahead nor reordered."""

from domain.entity import Entity
from domain.errors import (
    EffectiveBeforeItExisted,
    EffectiveInTheFuture,
    EffectiveTimeGoesBack,
    RecordedBeforeTrue,
    RecordedInTheFuture,
)
from domain.record import Context, Event
from domain.values import said


def check_times(context: Context) -> None:
    """Refuse times that no history can have. Raises the three refusals about the future."""
    if context.effective > context.now:
        raise EffectiveInTheFuture(f"Give an effective time of at most {said(context.now)}.")
    if context.recorded_at is None:
        return
    if context.recorded_at > context.now:
        raise RecordedInTheFuture(f"Give a recorded time of at most {said(context.now)}.")
    if context.recorded_at < context.effective:
        raise RecordedBeforeTrue(
            f"It was true at {said(context.effective)}, so it cannot have been recorded at "
            f"{said(context.recorded_at)} already."
        )


def existed(context: Context, *named: Entity) -> None:
    """Refuse an event that is effective before an entity it names."""
    if context.effective_at is None:
        return
    for entity in named:
        if context.effective_at < entity.exists_from:
            raise EffectiveBeforeItExisted(
                f"Give an effective time of at least {said(entity.exists_from)}; "
                f"the {entity.word} {entity.id} did not exist before."
            )


def forwards(context: Context, entity: Entity, event: Event) -> None:
    """Refuse to change a field at a time before its last change, or before its entity existed."""
    existed(context, entity)
    for name in event.new_values():
        forwards_at(context, entity, name)


def forwards_at(context: Context, entity: Entity, name: str) -> None:
    """Refuse to change the field `name` at a time before its last change."""
    last = entity.since.get(name)
    if last is not None and context.effective_at is not None and context.effective_at < last:
        raise EffectiveTimeGoesBack(
            f"Give an effective time of at least {said(last)}; "
            f"the {name.replace('_', ' ')} of {entity.word} {entity.id} changed then."
        )
