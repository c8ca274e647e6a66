// The commands of `comity need`, `comity offer`, `comity plan` and `comity commitment`, a function each, as
// commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_need_add(Command& need, Context& context);
void add_need_list(Command& need, Context& context);
void add_need_show(Command& need, Context& context);
void add_need_withdraw(Command& need, Context& context);
void add_need_accept(Command& need, Context& context);
void add_need_decline(Command& need, Context& context);
void add_need_overlaps(Command& need, Context& context);

void add_offer_add(Command& offer, Context& context);
void add_offer_list(Command& offer, Context& context);
void add_offer_show(Command& offer, Context& context);
void add_offer_withdraw(Command& offer, Context& context);
void add_offer_decline(Command& offer, Context& context);

void add_plan_make(Command& plan, Context& context);
void add_plan_check(Command& plan, Context& context);
void add_plan_why(Command& plan, Context& context);
void add_plan_publish(Command& plan, Context& context);
void add_plan_list(Command& plan, Context& context);

void add_commitment_make(Command& commitment, Context& context);
void add_commitment_list(Command& commitment, Context& context);
void add_commitment_deliver(Command& commitment, Context& context);
void add_commitment_withdraw(Command& commitment, Context& context);

}  // namespace comity::cli
