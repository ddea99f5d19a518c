"""Which part of the model answers which request."""

from __future__ import annotations

from collections.abc import Callable

from tests.machine import edges, goals, measuring, organisation
from tests.machine.model import Ask, Objections, Refused, World
from tests.machine.organisation import Marks

RULES: dict[str, Callable[[World, Ask, Objections], Marks]] = {
    "register_person": organisation.register_person,
    "rename_person": organisation.change_person,
    "change_contact": organisation.change_person,
    "form_unit": organisation.form_unit,
    "rename_unit": organisation.change_unit,
    "move_unit": organisation.change_unit,
    "dissolve_unit": organisation.dissolve_unit,
    "join_unit": organisation.join_unit,
    "leave_unit": organisation.leave_unit,
    "plan_cycle": organisation.plan_cycle,
    "rename_cycle": organisation.edit_cycle,
    "reschedule_cycle": organisation.edit_cycle,
    "move_cycle": organisation.edit_cycle,
    "open_cycle": organisation.move_cycle_on,
    "freeze_cycle": organisation.move_cycle_on,
    "start_scoring": organisation.move_cycle_on,
    "close_cycle": organisation.move_cycle_on,
    "reopen_cycle": organisation.move_cycle_on,
    "draft_objective": goals.draft_objective,
    "publish_objective": goals.publish_objective,
    "reword_objective": goals.change_objective,
    "reassign_objective": goals.change_objective,
    "reweight_objective": goals.change_objective,
    "change_commitment": goals.change_objective,
    "close_objective": goals.close_objective,
    "reopen_objective": goals.reopen_objective,
    "carry_over_objective": goals.carry_over_objective,
    "promote_key_result": goals.promote_key_result,
    "add_key_result": goals.add_key_result,
    "reword_key_result": goals.change_key_result,
    "adjust_target": goals.change_key_result,
    "adjust_baseline": goals.change_key_result,
    "change_measure": goals.change_key_result,
    "reassign_key_result": goals.change_key_result,
    "reweight_key_result": goals.change_key_result,
    "change_key_result_commitment": goals.change_key_result,
    "move_deadline": goals.change_key_result,
    "drop_key_result": goals.change_key_result,
    "restore_key_result": goals.change_key_result,
    "check_in": measuring.check_in,
    "correct_check_in": measuring.correct_check_in,
    "retract_check_in": measuring.retract_check_in,
    "score_key_result": measuring.score_key_result,
    "score_objective": measuring.score_objective,
    "review_objective": measuring.review_objective,
    "acknowledge_review": measuring.acknowledge_review,
    "complete_action": measuring.complete_action,
    "propose_alignment": edges.propose_alignment,
    "support_objectives": edges.support_objectives,
    "accept_alignment": edges.answer_alignment,
    "decline_alignment": edges.answer_alignment,
    "withdraw_alignment": edges.answer_alignment,
}


def carry_out(world: World, ask: Ask) -> Marks:
    """Change the world as asked; tell the mark of every event. Raises Refused or Nothing."""
    objections = Objections(world, ask)
    if ask.at > ask.now:
        objections.when(True, "EffectiveInTheFuture")
        objections.settle()
    try:
        return RULES[ask.name](world, ask, objections)
    except Refused as refused:
        raise Refused(*refused.names, *objections.names) from None
