// Every command, a function each: it adds the command to the noun it belongs to. One file a command, named
// after it (key/generate.cpp). A new command is a new file, a line here and a line in program.cpp.
#pragma once

#include "cli/command.h"

namespace comity::cli {

void add_key_generate(Command& key, Context& context);
void add_key_show(Command& key, Context& context);

void add_community_found(Command& community, Context& context);
void add_community_show(Command& community, Context& context);

void add_member_admit(Command& member, Context& context);
void add_member_list(Command& member, Context& context);
void add_member_show(Command& member, Context& context);
void add_member_add_key(Command& member, Context& context);
void add_member_revoke_key(Command& member, Context& context);
void add_member_officers(Command& member, Context& context);
void add_member_recover(Command& member, Context& context);
void add_member_veto(Command& member, Context& context);
void add_member_leave(Command& member, Context& context);
void add_member_place(Command& member, Context& context);
void add_member_export(Command& member, Context& context);
void add_member_import(Command& member, Context& context);

void add_group_set(Command& group, Context& context);
void add_group_list(Command& group, Context& context);

void add_procedure_list(Command& procedure, Context& context);
void add_procedure_show(Command& procedure, Context& context);
void add_procedure_try(Command& procedure, Context& context);
void add_procedure_count(Command& procedure, Context& context);

void add_proposal_list(Command& proposal, Context& context);
void add_proposal_show(Command& proposal, Context& context);
void add_proposal_new(Command& proposal, Context& context);
void add_proposal_revise(Command& proposal, Context& context);
void add_proposal_open(Command& proposal, Context& context);
void add_proposal_answer(Command& proposal, Context& context);
void add_proposal_declare(Command& proposal, Context& context);
void add_proposal_accede(Command& proposal, Context& context);
void add_proposal_diff(Command& proposal, Context& context);
void add_proposal_comment(Command& proposal, Context& context);
void add_proposal_discussion(Command& proposal, Context& context);
void add_proposal_endorse(Command& proposal, Context& context);
void add_proposal_calendar(Command& proposal, Context& context);
void add_proposal_amend(Command& proposal, Context& context);
void add_proposal_amendments(Command& proposal, Context& context);
void add_proposal_consolidate(Command& proposal, Context& context);

void add_election_list(Command& election, Context& context);
void add_election_show(Command& election, Context& context);
void add_election_new(Command& election, Context& context);
void add_election_register(Command& election, Context& context);
void add_election_trustee(Command& election, Context& context);
void add_election_vote(Command& election, Context& context);
void add_election_shuffle(Command& election, Context& context);
void add_election_decrypt(Command& election, Context& context);
void add_election_count(Command& election, Context& context);
void add_rule_list(Command& rule, Context& context);
void add_rule_show(Command& rule, Context& context);
void add_rule_export(Command& rule, Context& context);
void add_rule_impact(Command& rule, Context& context);
void add_rule_try(Command& rule, Context& context);
void add_rule_conform(Command& rule, Context& context);
void add_rule_review(Command& rule, Context& context);
void add_rule_suspend(Command& rule, Context& context);
void add_vote(Command& program, Context& context);
void add_tally(Command& program, Context& context);
void add_recount(Command& program, Context& context);
void add_participation(Command& program, Context& context);

void add_share(Command& program, Context& context);

void add_collection_create(Command& collection, Context& context);
void add_collection_list(Command& collection, Context& context);
void add_collection_show(Command& collection, Context& context);
void add_collection_remove(Command& collection, Context& context);

void add_intel_validate(Command& intel, Context& context);
void add_intel_withdraw(Command& intel, Context& context);
void add_intel_search(Command& intel, Context& context);
void add_intel_lookup(Command& intel, Context& context);
void add_intel_show(Command& intel, Context& context);
void add_intel_related(Command& intel, Context& context);
void add_intel_who(Command& intel, Context& context);
void add_intel_why(Command& intel, Context& context);
void add_intel_mark(Command& intel, Context& context);
void add_intel_sight(Command& intel, Context& context);
void add_intel_report(Command& intel, Context& context);
void add_intel_export(Command& intel, Context& context);
void add_intel_feed(Command& intel, Context& context);
void add_intel_warninglist(Command& intel, Context& context);
void add_intel_index(Command& intel, Context& context);
void add_intel_index_serve(Command& index, Context& context);
void add_intel_pattern(Command& intel, Context& context);
void add_intel_pattern_check(Command& pattern, Context& context);
void add_intel_pattern_match(Command& pattern, Context& context);

void add_scan(Command& program, Context& context);

void add_alert_list(Command& alert, Context& context);
void add_alert_show(Command& alert, Context& context);
void add_alert_acknowledge(Command& alert, Context& context);
void add_alert_watch(Command& alert, Context& context);
void add_alert_drill(Command& alert, Context& context);
void add_alert_rule(Command& alert, Context& context);

void add_pull_add(Command& pull, Context& context);
void add_pull_list(Command& pull, Context& context);
void add_pull_show(Command& pull, Context& context);
void add_pull_run(Command& pull, Context& context);
void add_pull_remove(Command& pull, Context& context);

void add_statement_list(Command& statement, Context& context);
void add_statement_show(Command& statement, Context& context);
void add_statement_sign(Command& statement, Context& context);
void add_statement_submit(Command& statement, Context& context);
void add_statement_erase(Command& statement, Context& context);

void add_log_head(Command& log, Context& context);
void add_log_prove(Command& log, Context& context);
void add_log_close(Command& log, Context& context);
void add_log_compare(Command& log, Context& context);
void add_log_verify(Command& log, Context& context);
void add_log_witnesses(Command& log, Context& context);

void add_parcel_send(Command& parcel, Context& context);
void add_parcel_open(Command& parcel, Context& context);

void add_evidence_list(Command& evidence, Context& context);
void add_evidence_check(Command& evidence, Context& context);
void add_evidence_publish(Command& evidence, Context& context);

void add_account_add(Command& account, Context& context);
void add_account_list(Command& account, Context& context);
void add_account_password(Command& account, Context& context);
void add_account_disable(Command& account, Context& context);
void add_account_enable(Command& account, Context& context);
void add_account_remove(Command& account, Context& context);

void add_token_create(Command& token, Context& context);
void add_token_list(Command& token, Context& context);
void add_token_revoke(Command& token, Context& context);

void add_node_add(Command& node, Context& context);
void add_node_list(Command& node, Context& context);
void add_node_status(Command& node, Context& context);
void add_node_check(Command& node, Context& context);
void add_node_sync(Command& node, Context& context);
void add_node_remove(Command& node, Context& context);
void add_node_announce(Command& node, Context& context);
void add_carry_out(Command& carry, Context& context);
void add_carry_in(Command& carry, Context& context);
void add_join(Command& program, Context& context);

void add_serve(Command& program, Context& context);
void add_check(Command& program, Context& context);
void add_rebuild(Command& program, Context& context);
void add_completion(Command& program, Context& context);
void add_man(Command& program, Context& context);

}  // namespace comity::cli
