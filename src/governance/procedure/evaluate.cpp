#include "governance/procedure/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

namespace comity::governance {
namespace {

constexpr std::size_t kMaxElectors = 2'000'000;

Quantity bit_of(const Elector& elector, Recusal recusal) {
    const Choice choice =
        elector.recused && recusal == Recusal::kAbstains ? Choice::kAbstain : elector.choice;
    switch (choice) {
        case Choice::kYes:
            return kYesVotes;
        case Choice::kNo:
            return elector.reasoned ? kNoReasoned : kNoUnreasoned;
        case Choice::kAbstain:
            return kAbstentions;
        case Choice::kAttending:
            return kAttendances;
        case Choice::kAbsent:
            break;
    }
    return kAbsences;
}

Sums count(const Procedure& procedure, std::span<const Elector> electors) {
    const std::size_t weights = procedure.weights.size() + 1;
    Sums sums(procedure.houses.size() + 1, std::vector<std::array<std::int64_t, kQuantities>>(
                                               weights, std::array<std::int64_t, kQuantities>{}));
    for (const Elector& elector : electors) {
        if (elector.recused && procedure.recusal == Recusal::kLeavesElectorate) continue;
        Quantity bits = bit_of(elector, procedure.recusal);
        if (elector.objects && !elector.recused) bits |= elector.addressed ? kAddressed : kSustained;
        for (std::size_t house = 0; house < sums.size(); ++house) {
            if (house > 0 && (elector.houses >> (house - 1) & 1) == 0) continue;
            for (std::size_t weight = 0; weight < weights; ++weight) {
                const std::int64_t of = weight == 0 ? 1 : elector.weights[weight - 1];
                for (Quantity rest = bits; rest != 0; rest &= rest - 1)
                    sums[house][weight][static_cast<std::size_t>(std::countr_zero(rest))] += of;
            }
        }
    }
    return sums;
}

std::string_view words_of(Comparison comparison) {
    switch (comparison) {
        case Comparison::kAtLeast:
            return "at least";
        case Comparison::kMoreThan:
            return "more than";
        case Comparison::kAtMost:
            return "at most";
        case Comparison::kLessThan:
            break;
    }
    return "less than";
}

Int128 floor_of(Int128 num, Int128 den) {  // num may be negative where less_than meets 0
    return num >= 0 ? num / den : -((-num + den - 1) / den);
}

class Evaluation {
  public:
    Evaluation(const Procedure& procedure, const Sums& sums, const Circumstances& circumstances)
        : procedure_(procedure), sums_(sums), circumstances_(circumstances) {}

    Finding find(const Condition& condition) const {
        Finding finding;
        switch (condition.kind) {
            case Condition::Kind::kAll:
            case Condition::Kind::kAny: {
                const bool all = condition.kind == Condition::Kind::kAll;
                finding.title = all ? "all of" : "one of";
                finding.met = all;
                for (const Condition& part : condition.parts) {
                    finding.parts.push_back(find(part));
                    const bool met = finding.parts.back().met;
                    finding.met = all ? finding.met && met : finding.met || met;
                }
                break;
            }
            case Condition::Kind::kNot:
                finding.title = "not";
                finding.parts.push_back(find(condition.parts.front()));
                finding.met = !finding.parts.front().met;
                break;
            case Condition::Kind::kCompared:
                compare(condition, finding);
                break;
            case Condition::Kind::kDeclared: {
                const auto declared = circumstances_.declarations.find(condition.name);
                finding.title = fmt::format("{} is declared", condition.name);
                finding.met = declared != circumstances_.declarations.end() && declared->second;
                break;
            }
            case Condition::Kind::kEarlier: {
                const bool adopted = circumstances_.earlier.find(condition.name)->second;
                finding.title =
                    fmt::format("as the vote on {} was {}", condition.name, adopted ? "adopted" : "rejected");
                finding.parts.push_back(find(condition.parts[adopted ? 0 : 1]));
                finding.met = finding.parts.front().met;
                break;
            }
            case Condition::Kind::kRound:
                finding.title = fmt::format("voted on at most {} time{}", condition.round,
                                            condition.round == 1 ? "" : "s");
                finding.text = fmt::format("this is vote {}", circumstances_.round);
                finding.met = circumstances_.round <= condition.round;
                break;
        }
        if (!condition.title.empty()) finding.title = condition.title;
        return finding;
    }

  private:
    void compare(const Condition& condition, Finding& finding) const {
        finding.compared = true;
        finding.house =
            condition.house < 0 ? "" : procedure_.houses[static_cast<std::size_t>(condition.house)].id;
        finding.value = sum_of(sums_, condition.house, condition.weight, condition.of);
        finding.threshold = condition.threshold;
        if (condition.parameter >= 0) {
            const Parameter& parameter = procedure_.parameters[static_cast<std::size_t>(condition.parameter)];
            finding.threshold = {circumstances_.parameters.find(parameter.id)->second, 1};
        }
        // The threshold as a number: num / den.
        Int128 num = finding.threshold.num;
        Int128 den = finding.threshold.den;
        if (condition.base != 0) {
            finding.base = sum_of(sums_, condition.house, condition.weight, condition.base);
            num *= *finding.base;
        }
        if (condition.rounding != Rounding::kNone) {
            num = condition.rounding == Rounding::kDown ? num / den
                  : condition.rounding == Rounding::kUp ? (num + den - 1) / den
                                                        : (2 * num + den) / (2 * den);
            den = 1;
        }
        num += condition.plus * den;
        const Int128 value = Int128{finding.value} * den;
        Int128 needed = 0;
        switch (condition.comparison) {
            case Comparison::kAtLeast:
                finding.met = value >= num;
                needed = floor_of(num + den - 1, den);
                break;
            case Comparison::kMoreThan:
                finding.met = value > num;
                needed = floor_of(num, den) + 1;
                break;
            case Comparison::kAtMost:
                finding.met = value <= num;
                needed = floor_of(num, den);
                break;
            case Comparison::kLessThan:
                finding.met = value < num;
                needed = floor_of(num + den - 1, den) - 1;
                break;
        }
        finding.needed = static_cast<std::int64_t>(needed);
        const bool lower =
            condition.comparison == Comparison::kAtLeast || condition.comparison == Comparison::kMoreThan;
        // Nothing was cast: no share of it is a majority, though 0 >= 2/3 x 0.
        if (lower && finding.base && *finding.base == 0) finding.met = false;
        if (!lower && finding.base && *finding.base == 0) finding.met = true;
        describe(condition, finding);
    }

    void describe(const Condition& condition, Finding& finding) const {
        const std::string by =
            condition.weight < 0 ? ""
                                 : " by " + procedure_.weights[static_cast<std::size_t>(condition.weight)].id;
        const std::string_view rounding = condition.rounding == Rounding::kDown      ? " rounded down"
                                          : condition.rounding == Rounding::kUp      ? " rounded up"
                                          : condition.rounding == Rounding::kNearest ? " rounded"
                                                                                     : "";
        finding.title = fmt::format("{}{}{}{}: {} {}{}{}", finding.house.empty() ? "" : finding.house + ": ",
                                    quantity_text(condition.of),
                                    condition.base == 0 ? "" : " of " + quantity_text(condition.base), by,
                                    words_of(condition.comparison), finding.threshold.text(), rounding,
                                    condition.plus == 0 ? "" : fmt::format(" + {}", condition.plus));
        finding.text = std::to_string(finding.value);
        if (finding.base) {
            finding.text += fmt::format(" of {}", *finding.base);
            if (*finding.base > 0)
                finding.text += fmt::format(" = {}", percent_text(finding.value, *finding.base));
        }
        const bool lower =
            condition.comparison == Comparison::kAtLeast || condition.comparison == Comparison::kMoreThan;
        finding.text += fmt::format("; {} {}", lower ? "needs" : "allows", finding.needed);
    }

    const Procedure& procedure_;
    const Sums& sums_;
    const Circumstances& circumstances_;
};

// The first condition, from the front, that made it fail.
const Finding* failing(const Finding& finding) {
    if (finding.met) return nullptr;
    for (const Finding& part : finding.parts) {
        if (const Finding* found = failing(part)) return found;
    }
    return &finding;
}

std::string failed_text(const Finding& finding) {
    const Finding* why = failing(finding);
    if (why == nullptr) return "";
    return why->text.empty() ? why->title : fmt::format("{} ({})", why->title, why->text);
}

void decide(const Procedure& procedure, const Evaluation& evaluation, const Circumstances& circumstances,
            Verdict& verdict) {
    if (procedure.quorum) {
        verdict.quorum = evaluation.find(*procedure.quorum);
        if (!verdict.quorum->met) {
            verdict.outcome = Outcome::kNoQuorum;
            verdict.why = "no quorum: " + failed_text(*verdict.quorum);
        }
    }
    if (procedure.postponed) verdict.postponed = evaluation.find(*procedure.postponed);
    if (procedure.adopted) verdict.adopted = evaluation.find(*procedure.adopted);
    if (verdict.quorum && !verdict.quorum->met) return;
    if (verdict.postponed && verdict.postponed->met) {
        verdict.outcome = Outcome::kPostponed;
        verdict.why = "postponed: " + verdict.postponed->title;
        return;
    }
    const std::int64_t yes = sum_of(verdict.sums, -1, -1, kYesVotes);
    if (procedure.tie && yes > 0 && yes == sum_of(verdict.sums, -1, -1, kNoVotes)) {
        verdict.why = fmt::format("equally divided, {} to {}", yes, yes);
        if (procedure.tie->then == Tie::Then::kRevote && circumstances.round < procedure.tie->rounds) {
            verdict.outcome = Outcome::kTied;
            verdict.why += ": to be voted on again";
            if (procedure.tie->within_hours > 0)
                verdict.why += fmt::format(" within {} hours", procedure.tie->within_hours);
        } else if (procedure.tie->then == Tie::Then::kCastingVote) {
            const auto cast = circumstances.declarations.find(procedure.tie->by);
            const bool for_it = cast != circumstances.declarations.end() && cast->second;
            verdict.outcome = for_it ? Outcome::kAdopted : Outcome::kRejected;
            verdict.why += fmt::format(": {} {}", procedure.tie->by, for_it ? "is for it" : "is not for it");
        } else {
            verdict.outcome = Outcome::kRejected;
        }
        return;
    }
    verdict.outcome = verdict.adopted && verdict.adopted->met ? Outcome::kAdopted : Outcome::kRejected;
    verdict.why = verdict.outcome == Outcome::kAdopted ? "all conditions are met"
                  : verdict.adopted                    ? failed_text(*verdict.adopted)
                                                       : "the procedure adopts nothing";
}

void add_lines(const Finding& finding, std::size_t depth, std::vector<std::string>& lines) {
    lines.push_back(fmt::format("{}[{}] {}{}", std::string(2 * depth, ' '), finding.met ? 'x' : ' ',
                                finding.title, finding.text.empty() ? "" : "  " + finding.text));
    for (const Finding& part : finding.parts) add_lines(part, depth + 1, lines);
}

json::Object finding_json(const Finding& finding) {
    json::Object form{{"title", finding.title}, {"met", finding.met}};
    if (finding.compared) {
        if (!finding.house.empty()) form["house"] = finding.house;
        form["value"] = finding.value;
        if (finding.base) form["base"] = *finding.base;
        form["threshold"] = finding.threshold.text();
        form["needed"] = finding.needed;
    }
    if (!finding.text.empty()) form["figures"] = finding.text;
    if (!finding.parts.empty()) {
        json::Array parts;
        for (const Finding& part : finding.parts) parts.push_back(finding_json(part));
        form["parts"] = std::move(parts);
    }
    return form;
}

}  // namespace

std::string_view to_string(Choice choice) {
    switch (choice) {
        case Choice::kYes:
            return "yes";
        case Choice::kNo:
            return "no";
        case Choice::kAbstain:
            return "abstain";
        case Choice::kAttending:
            return "attending";
        case Choice::kAbsent:
            break;
    }
    return "absent";
}

Result<Choice> parse_choice(std::string_view text, const std::string& where) {
    for (const Choice choice :
         {Choice::kYes, Choice::kNo, Choice::kAbstain, Choice::kAttending, Choice::kAbsent}) {
        if (to_string(choice) == text) return choice;
    }
    return invalid(where, fmt::format("\"{}\" is no vote", text),
                   "one of yes, no, abstain, attending, absent");
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::kAdopted:
            return "adopted";
        case Outcome::kRejected:
            return "rejected";
        case Outcome::kNoQuorum:
            return "no-quorum";
        case Outcome::kTied:
            return "tied";
        case Outcome::kPostponed:
            break;
    }
    return "postponed";
}

std::int64_t sum_of(const Sums& sums, int house, int weight, Quantity quantity) {
    const auto& row = sums[static_cast<std::size_t>(house) + 1][static_cast<std::size_t>(weight) + 1];
    std::int64_t sum = 0;
    for (int i = 0; i < kQuantities; ++i) {
        if ((quantity >> i & 1) != 0) sum += row[static_cast<std::size_t>(i)];
    }
    return sum;
}

Verdict evaluate(const Procedure& procedure, std::span<const Elector> electors,
                 const Circumstances& circumstances) {
    Verdict verdict;
    verdict.sums = count(procedure, electors);
    decide(procedure, Evaluation(procedure, verdict.sums, circumstances), circumstances, verdict);
    return verdict;
}

Result<void> check_votes(const Procedure& procedure, std::span<const Elector> electors,
                         const Circumstances& circumstances) {
    if (electors.empty()) return invalid("electorate", "is empty", "nobody could vote");
    if (electors.size() > kMaxElectors)
        return too_large("electorate", fmt::format("has more than {} members", kMaxElectors));
    for (const Parameter& parameter : procedure.parameters) {
        const auto given = circumstances.parameters.find(parameter.id);
        if (given == circumstances.parameters.end()) {
            return invalid("parameters." + parameter.id, fmt::format("is not given: {}", parameter.title),
                           fmt::format("give a number, {} at the least", parameter.min));
        }
        if (given->second < parameter.min) {
            return invalid("parameters." + parameter.id,
                           fmt::format("{} is less than {}", given->second, parameter.min));
        }
    }
    for (const auto& [id, value] : circumstances.parameters) {
        if (procedure.parameter(id) < 0)
            return invalid("parameters." + id, "is no parameter of " + procedure.id);
    }
    for (const Earlier& earlier : procedure.earlier) {
        if (!circumstances.earlier.contains(earlier.id)) {
            return invalid("earlier." + earlier.id, fmt::format("is not given: {}", earlier.title),
                           "say whether that vote adopted or rejected it");
        }
    }
    if (circumstances.round < 1 || circumstances.round > procedure.max_rounds) {
        return invalid("round",
                       fmt::format("{} is not within 1 to {}", circumstances.round, procedure.max_rounds),
                       "so often can be voted on it by " + procedure.id);
    }
    std::set<std::string_view> ids;
    std::vector<std::int64_t> totals(procedure.weights.size());
    for (const Elector& elector : electors) {
        if (!ids.insert(elector.id).second)
            return invalid("votes", fmt::format("'{}' votes twice", elector.id));
        if (elector.weights.size() != procedure.weights.size()) {
            return invalid("votes",
                           fmt::format("'{}' has no weight in {}", elector.id, procedure.weights.front().id),
                           "the table must hold every elector");
        }
        for (std::size_t i = 0; i < totals.size(); ++i) {
            if (elector.weights[i] < 0 || elector.weights[i] > kMaxSum - totals[i]) {
                return invalid("weights." + procedure.weights[i].id,
                               fmt::format("'{}' has a weight out of range", elector.id));
            }
            totals[i] += elector.weights[i];
        }
    }
    for (std::size_t house = 0; house < procedure.houses.size(); ++house) {
        if (std::ranges::none_of(electors, [&](const Elector& e) { return (e.houses >> house & 1) != 0; })) {
            return invalid("houses." + procedure.houses[house].id, "nobody is in it",
                           "a vote by " + procedure.id + " needs members in each house");
        }
    }
    return {};
}

json::Object verdict_json(const Procedure& procedure, const Verdict& verdict) {
    json::Array counts;
    for (std::size_t house = 0; house < verdict.sums.size(); ++house) {
        const int at = static_cast<int>(house) - 1;
        json::Object row;
        if (house > 0) row["house"] = procedure.houses[house - 1].id;
        for (int weight = -1; weight < static_cast<int>(procedure.weights.size()); ++weight) {
            json::Object figures{{"yes", sum_of(verdict.sums, at, weight, kYesVotes)},
                                 {"no", sum_of(verdict.sums, at, weight, kNoVotes)},
                                 {"abstain", sum_of(verdict.sums, at, weight, kAbstentions)},
                                 {"attending", sum_of(verdict.sums, at, weight, kAttendances)},
                                 {"absent", sum_of(verdict.sums, at, weight, kAbsences)}};
            if (weight < 0)
                row["votes"] = std::move(figures);
            else
                row["by_" + procedure.weights[static_cast<std::size_t>(weight)].id] = std::move(figures);
        }
        counts.push_back(std::move(row));
    }
    json::Object form{{"procedure", procedure.id},
                      {"outcome", to_string(verdict.outcome)},
                      {"why", verdict.why},
                      {"binds", procedure.binds == Binds::kAll ? "all" : "acceding"},
                      {"counts", std::move(counts)}};
    if (verdict.quorum) form["quorum"] = finding_json(*verdict.quorum);
    if (verdict.postponed) form["postponed"] = finding_json(*verdict.postponed);
    if (verdict.adopted) form["adopted"] = finding_json(*verdict.adopted);
    return form;
}

std::vector<std::string> verdict_lines(const Verdict& verdict) {
    std::vector<std::string> lines;
    const auto part = [&](const char* name, const std::optional<Finding>& finding) {
        if (!finding) return;
        lines.emplace_back(name);
        add_lines(*finding, 1, lines);
    };
    part("quorum", verdict.quorum);
    part("postponed if", verdict.postponed);
    part("adopted if", verdict.adopted);
    return lines;
}

}  // namespace comity::governance
