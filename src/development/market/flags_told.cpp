// The rules in words, and what was found as JSON.
#include "development/market/flags.h"

namespace comity::development {
namespace {

constexpr FlagRule kRules[] = {
    {"R003", "Short submission period", "Why was there no more time to prepare bids?",
     "tenderPeriod is shorter than 15 whole days"},
    {"R018", "Single bid received", "Why did nobody else bid?",
     "numberOfTenderers is 1 in an open or selective method"},
    {"R024", "Price close to the winning bid", "Did the two know of each other's price?",
     "(second lowest valid bid - winner) / winner is at or below Q1 - 1.5 IQR of all such"},
    {"R025", "Top loser", "Why does this tenderer bid so often and win so rarely?",
     "valid bids at or above Q3, and wins / valid bids at or below Q1 - 1.5 IQR"},
    {"R028", "Identical prices", "How did different tenderers come to one price?",
     "two bids of different tenderers have the same amount and currency"},
    {"R030", "Late bid won", "Why was it admitted?",
     "a valid bid of a supplier is dated after tenderPeriod.endDate"},
    {"R035", "All but the winner disqualified", "Were the others disqualified by the same measure?",
     "one tenderer has valid bids and all awards, and at least one other was disqualified"},
    {"R036", "Lowest bid disqualified", "On what ground?",
     "the lowest submitted bid is disqualified, and another is valid"},
    {"R038", "Excessive disqualified bids", "Why are so many disqualified here?",
     "disqualified / submitted bids is at or above Q3 + 1.5 IQR of all of its kind"},
    {"R048", "Heterogeneous supplier", "Does it do all this itself?",
     "distinct classes of what it supplies at or above Q3 + 1.5 IQR"},
    {"R058", "Heavily discounted bid", "Can it be done for that price?",
     "(second lowest valid bid - winner) / winner is at or above Q3 + 1.5 IQR of all such"},
};

json::Value number(const std::optional<double>& value) {
    return value ? json::Value(*value) : json::Value(nullptr);
}

}  // namespace

std::span<const FlagRule> flag_rules() {
    return kRules;
}

std::string_view to_string(FlagSubject subject) {
    constexpr std::array<std::string_view, 4> kNames{"OCID", "Buyer", "ProcuringEntity", "Tenderer"};
    return kNames[static_cast<std::size_t>(subject)];
}

json::Object results_json(const Flags& flags) {
    json::Object out;
    for (const auto& [subject, by_id] : flags.results) {
        json::Object ids;
        for (const auto& [id, rules] : by_id) {
            json::Object values;
            for (const auto& [rule, value] : rules) values[rule] = value;
            ids[id] = std::move(values);
        }
        out[to_string(subject)] = std::move(ids);
    }
    return out;
}

json::Object flags_json(const Flags& flags) {
    json::Array rules;
    for (const FlagRule& rule : kRules)
        rules.push_back(json::Object{{"code", rule.code},
                                     {"title", rule.title},
                                     {"question", rule.question},
                                     {"method", rule.method}});
    json::Object basis;
    for (const auto& [name, each] : flags.basis) {
        json::Object left_out;
        for (const auto& [why, count] : each.left_out) left_out[why] = count;
        basis[name] = json::Object{{"compared", each.compared},
                                   {"first_quartile", number(each.first_quartile)},
                                   {"third_quartile", number(each.third_quartile)},
                                   {"fence", number(each.fence)},
                                   {"not_told", std::move(left_out)}};
    }
    return {{"processes", flags.processes},   {"left_out", flags.left_out}, {"currency", flags.currency},
            {"results", results_json(flags)}, {"basis", std::move(basis)},  {"rules", std::move(rules)}};
}

}  // namespace comity::development
