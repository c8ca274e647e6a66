// The commands of `comity tender`, a function each, as commands.h has the others.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_tender_check(Command& tender, Context& context);
void add_tender_merge(Command& tender, Context& context);
void add_tender_flags(Command& tender, Context& context);
void add_tender_audit(Command& tender, Context& context);

void add_tender_publish(Command& tender, Context& context);
void add_tender_list(Command& tender, Context& context);
void add_tender_show(Command& tender, Context& context);
void add_tender_call(Command& tender, Context& context);
void add_tender_bid(Command& tender, Context& context);
void add_tender_withdraw(Command& tender, Context& context);
void add_tender_open(Command& tender, Context& context);
void add_tender_bids(Command& tender, Context& context);
void add_tender_recount(Command& tender, Context& context);
void add_tender_award(Command& tender, Context& context);
void add_tender_reply(Command& tender, Context& context);

}  // namespace comity::cli
