#include "governance/rules/guard.h"

#include <fmt/format.h>

namespace comity::governance {
namespace {

using ledger::Witnessed;

constexpr Witnessed kFresh = 2;     // seconds: how long what was read is good where acts have come in
constexpr Witnessed kLongest = 60;  // and where none have: what is known already may become earlier
constexpr Witnessed kWaiting = 5;   // and where witnesses have still to speak

}  // namespace

Judged judge(const Rulebook& book, const ActRequest& request) {
    const auto rules = book.acting_on(request.author, request.at);
    std::vector<const RulePolicy*> policies;
    for (const RuleVersion* rule : rules) policies.push_back(&*rule->rule().policy);
    Judged judged{decide(policies, request), nullptr};
    if (judged.ruling.rule >= 0) judged.by = rules[static_cast<std::size_t>(judged.ruling.rule)];
    return judged;
}

std::string refusal_text(const Judged& judged, std::string_view action) {
    if (judged.ruling.clause < 0)
        return fmt::format("allows {} only where a rule permits it, and none does", action);
    const Clause& clause = judged.by->rule().policy->clauses[static_cast<std::size_t>(judged.ruling.clause)];
    return fmt::format("forbids {}: {}", action, clause.title);
}

Result<std::shared_ptr<const KnownRules>> RuleGuard::known(Witnessed now) {
    const std::lock_guard lock(mutex_);
    const bool due = !known_ || now >= known_->changes || now < read_at_ || now - read_at_ >= kLongest ||
                     (known_->waits && now - read_at_ >= kWaiting);
    if (!due && now - asked_at_ < kFresh) return known_;
    COMITY_TRY(const auto session, keeping_.database.snapshot());
    COMITY_TRY(const auto newest, session->integer("SELECT MAX(seq) FROM governance_acts"));
    asked_at_ = now;
    if (!due && newest.value_or(0) == newest_) return known_;
    COMITY_TRY(KnownRules read, load_rules(*session, keeping_.quorum, now));
    known_ = std::make_shared<const KnownRules>(std::move(read));
    newest_ = newest.value_or(0);
    read_at_ = now;
    return known_;
}

Result<void> RuleGuard::check(const ledger::Statement& statement, const ledger::Roll& roll) {
    if (untouchable(statement.type) || !roll.founded()) return {};
    const Witnessed now = keeping_.clock.now().seconds();
    COMITY_TRY(const auto rules, known(now));
    if (rules->book.versions.empty()) return {};
    const auto request = request_of(statement, roll, now);
    if (!request) return {};
    const Judged judged = judge(rules->book, *request);
    if (judged.ruling.allowed) return {};
    return refused(fmt::format("rule {} (version {})", judged.by->number, judged.by->version),
                   refusal_text(judged, statement.type), "comity rule show " + judged.by->number);
}

}  // namespace comity::governance
