#include "governance/procedure/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "governance/procedure/condition.h"
#include "json/fields.h"
#include "ledger/statement.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxHouses = 30;
constexpr std::size_t kMaxWeights = 4;
constexpr std::size_t kMaxMembers = 1000;
constexpr std::int64_t kMaxWeight = 1'000'000'000'000;
constexpr std::int64_t kMaxDays = 3650;

std::string item(const std::string& list, std::size_t i) {
    return list + "[" + std::to_string(i) + "]";
}

// A list's objects, read one by one; an id that stands there twice is refused.
template <typename T, typename Read>
Result<std::vector<T>> list_of(json::Fields& fields, std::string_view name, std::size_t max, Read read) {
    std::vector<T> list;
    COMITY_TRY(const json::Array* array, fields.optional_array(name, 1, max));
    if (array == nullptr) return list;
    std::set<std::string> ids;
    for (std::size_t i = 0; i < array->size(); ++i) {
        const std::string path = item(fields.path(name), i);
        COMITY_TRY(json::Fields inner, json::Fields::of((*array)[i], path));
        COMITY_TRY(T one, read(inner, path));
        COMITY_CHECK(inner.nothing_else());
        if constexpr (requires { one.id; }) {
            if (!ids.insert(one.id).second)
                return invalid(path + ".id", "'" + one.id + "' stands there twice");
        }
        list.push_back(std::move(one));
    }
    return list;
}

Result<std::string> read_id(json::Fields& fields, std::string_view name = "id") {
    COMITY_TRY(std::string id, fields.text(name, 1, 64));
    COMITY_CHECK(ledger::check_member_id(id, fields.path(name)));
    return id;
}

Result<std::string> read_title(json::Fields& fields) {
    COMITY_TRY(auto title, fields.optional_text("title", 1, 300));
    return title.value_or("");
}

Result<Citation> read_source(json::Fields& fields, const std::string&) {
    Citation source;
    COMITY_TRY(source.title, fields.text("title", 1, 500));
    COMITY_TRY(const auto url, fields.optional_text("url", 1, 1000));
    source.url = url.value_or("");
    return source;
}

Result<House> read_house(json::Fields& fields, const std::string& path) {
    House house;
    COMITY_TRY(house.id, read_id(fields));
    COMITY_TRY(house.title, read_title(fields));
    const json::Value* who = fields.any("who");
    if (who == nullptr) return invalid(path + ".who", "is missing", "say who is in the house");
    COMITY_TRY(house.who, parse_selector(*who, path + ".who"));
    return house;
}

Result<WeightTable> read_weights(json::Fields& fields, const std::string& path) {
    WeightTable table;
    COMITY_TRY(table.id, read_id(fields));
    COMITY_TRY(table.title, read_title(fields));
    COMITY_TRY(const json::Object* of, fields.optional_object("of"));
    if (of == nullptr) return table;
    if (of->empty() || of->size() > kMaxMembers)
        return invalid(path + ".of", fmt::format("must hold 1 to {} members", kMaxMembers));
    std::int64_t sum = 0;
    for (const auto& row : *of) {
        const std::string where = path + ".of." + std::string(row.key());
        COMITY_CHECK(ledger::check_member_id(row.key(), where));
        const std::int64_t* n = row.value().if_int64();
        if (n == nullptr || *n < 0 || *n > kMaxWeight)
            return invalid(where, fmt::format("must be an integer from 0 to {}", kMaxWeight));
        sum += *n;
        table.of.emplace_back(row.key(), *n);
    }
    if (sum == 0) return invalid(path + ".of", "gives nobody any weight");
    return table;
}

Result<Parameter> read_parameter(json::Fields& fields, const std::string&) {
    Parameter parameter;
    COMITY_TRY(parameter.id, read_id(fields));
    COMITY_TRY(parameter.title, read_title(fields));
    COMITY_TRY(const auto min, fields.optional_integer("min", 0, kMaxWeight));
    parameter.min = min.value_or(0);
    return parameter;
}

Result<Earlier> read_earlier(json::Fields& fields, const std::string&) {
    Earlier earlier;
    COMITY_TRY(earlier.id, read_id(fields));
    COMITY_TRY(earlier.title, read_title(fields));
    COMITY_TRY(earlier.procedure, read_id(fields, "procedure"));
    return earlier;
}

Result<Phase> read_phase(json::Fields& fields, const std::string& path) {
    Phase phase;
    COMITY_TRY(phase.id, read_id(fields));
    COMITY_TRY(const auto min, fields.optional_integer("min_days", 0, kMaxDays));
    phase.min_days = min.value_or(0);
    COMITY_TRY(phase.max_days, fields.optional_integer("max_days", 0, kMaxDays));
    if (phase.max_days && *phase.max_days < phase.min_days) {
        return invalid(path + ".max_days", fmt::format("{} is less than min_days, {}: no length would do",
                                                       *phase.max_days, phase.min_days));
    }
    COMITY_TRY(phase.votes, fields.boolean("votes", false));
    return phase;
}

Result<Appeal> read_appeal(json::Fields& fields, const std::string&) {
    Appeal appeal;
    COMITY_TRY(appeal.to, fields.text("to", 1, 200));
    COMITY_TRY(appeal.within_days, fields.integer("within_days", 1, kMaxDays));
    return appeal;
}

Result<Tie> read_tie(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Tie tie;
    COMITY_TRY(const std::string then, fields.text("then", 1, 20));
    if (then == "revote") {
        tie.then = Tie::Then::kRevote;
        COMITY_TRY(tie.rounds, fields.integer("rounds", 2, 10));
        COMITY_TRY(const auto hours, fields.optional_integer("within_hours", 1, 24 * kMaxDays));
        tie.within_hours = hours.value_or(0);
    } else if (then == "casting-vote") {
        tie.then = Tie::Then::kCastingVote;
        COMITY_TRY(tie.by, read_id(fields, "by"));
    } else if (then != "rejected") {
        return invalid(path + ".then", fmt::format("\"{}\" is none of rejected, revote, casting-vote", then));
    }
    COMITY_CHECK(fields.nothing_else());
    return tie;
}

// One of two words: the second?
Result<bool> second_of(json::Fields& fields, std::string_view name, std::string_view first,
                       std::string_view second) {
    COMITY_TRY(const auto word, fields.optional_text(name, 1, 40));
    if (!word || *word == first) return false;
    if (*word == second) return true;
    return invalid(fields.path(name), fmt::format("\"{}\" is neither {} nor {}", *word, first, second));
}

Result<ChoiceRule> read_choice(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    ChoiceRule rule;
    COMITY_TRY(rule.method, fields.text("method", 1, 40));
    if (rule.method != "approval" && rule.method != "schulze" && rule.method != "stv" &&
        rule.method != "majority-judgment") {
        return invalid(
            path + ".method",
            fmt::format("\"{}\" is none of approval, schulze, stv, majority-judgment", rule.method));
    }
    COMITY_TRY(const auto seats, fields.optional_integer("seats", 1, 1000));
    rule.seats = seats.value_or(1);
    COMITY_TRY(const bool undecided, second_of(fields, "ties", "identifier", "undecided"));
    rule.ties = undecided ? ChoiceTies::kUndecided : ChoiceTies::kIdentifier;
    if (rule.method == "stv" && undecided)
        return invalid(path + ".ties", "are decided by the order of the options in stv");
    if (rule.method == "majority-judgment") {
        COMITY_TRY(const auto grades, fields.optional_integer("grades", 2, 100));
        rule.grades = grades.value_or(5);
        COMITY_TRY(rule.upper_median, second_of(fields, "median", "lower", "upper"));
    }
    COMITY_CHECK(fields.nothing_else());
    return rule;
}

Result<std::optional<Condition>> read_condition(json::Fields& fields, std::string_view name,
                                                const Procedure& procedure) {
    const json::Value* value = fields.any(name);
    if (value == nullptr) return std::nullopt;
    COMITY_TRY(Condition condition, parse_condition(*value, fields.path(name), procedure));
    return std::optional(std::move(condition));
}

constexpr std::size_t kMaxPolicy = 16 * 1024;

// A policy (docs/federation.md) as a text, or as a list of its lines, which a person can read in JSON.
Result<log::Policy> read_witnesses(const json::Value& value, const std::string& path) {
    std::string text;
    if (value.is_string()) {
        text = value.get_string();
    } else if (const json::Array* lines = value.if_array()) {
        for (const json::Value& line : *lines) {
            if (!line.is_string()) return invalid(path, "must be a text or a list of its lines");
            text.append(line.get_string()).push_back('\n');
        }
    } else {
        return invalid(path, "must be a text or a list of its lines");
    }
    if (text.size() > kMaxPolicy) return too_large(path, fmt::format("is over {} bytes", kMaxPolicy));
    auto policy = log::Policy::parse(text);
    if (!policy) return within(path, policy.error());
    if (policy->quorum == "none") {
        return invalid(path, "asks for nobody's word", "end it with a line \"quorum NAME\", or leave it out");
    }
    return policy;
}

Result<void> check_phases(const std::vector<Phase>& phases, const std::string& path) {
    const auto voting = std::ranges::count_if(phases, &Phase::votes);
    if (!phases.empty() && voting != 1) {
        return invalid(path,
                       voting == 0 ? "in none of them are votes cast" : "in several of them votes are cast",
                       "set \"votes\": true in exactly one");
    }
    return {};
}

Result<void> check_appeals(const std::vector<Appeal>& appeals, const std::string& path) {
    std::set<std::string> bodies;
    for (std::size_t i = 0; i < appeals.size(); ++i) {
        if (!bodies.insert(appeals[i].to).second) {
            return invalid(
                item(path, i) + ".to",
                fmt::format("'{}' has been appealed to before: the chain goes round", appeals[i].to));
        }
    }
    return {};
}

}  // namespace

Result<Selector> parse_selector(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Selector who;
    COMITY_TRY(who.everybody, fields.boolean("everybody", false));
    COMITY_TRY(const auto classes, fields.optional_texts("classes", 6));
    for (std::size_t i = 0; i < classes.size(); ++i) {
        COMITY_TRY(who.classes.emplace_back(),
                   ledger::parse_stakeholder_class(classes[i], item(path + ".classes", i)));
    }
    COMITY_TRY(who.groups, fields.optional_texts("groups", 100));
    COMITY_TRY(who.members, fields.optional_texts("members", kMaxMembers));
    for (std::size_t i = 0; i < who.members.size(); ++i)
        COMITY_CHECK(ledger::check_member_id(who.members[i], item(path + ".members", i)));
    COMITY_CHECK(fields.nothing_else());
    const bool named = !who.classes.empty() || !who.groups.empty() || !who.members.empty();
    if (!who.everybody && !named)
        return invalid(path, "names nobody", "give everybody, classes, groups or members");
    if (who.everybody && named) return invalid(path, "names everybody and some", "leave out one of the two");
    return who;
}

namespace {

Result<Procedure> read_procedure(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    Procedure procedure;
    COMITY_TRY(procedure.id, read_id(fields));
    COMITY_TRY(procedure.title, fields.text("title", 1, 300));
    COMITY_TRY(procedure.sources, list_of<Citation>(fields, "sources", 20, read_source));
    COMITY_TRY(const auto note, fields.optional_text("note", 1, 4000));
    procedure.note = note.value_or("");
    const json::Value* electorate = fields.any("electorate");
    if (electorate == nullptr)
        return invalid(fields.path("electorate"), "is missing", "say who votes: {\"everybody\":true}");
    COMITY_TRY(procedure.electorate, parse_selector(*electorate, fields.path("electorate")));
    COMITY_TRY(procedure.houses, list_of<House>(fields, "houses", kMaxHouses, read_house));
    COMITY_TRY(procedure.weights, list_of<WeightTable>(fields, "weights", kMaxWeights, read_weights));
    COMITY_TRY(procedure.parameters, list_of<Parameter>(fields, "parameters", 10, read_parameter));
    COMITY_TRY(procedure.earlier, list_of<Earlier>(fields, "earlier", 4, read_earlier));
    COMITY_TRY(procedure.phases, list_of<Phase>(fields, "phases", 20, read_phase));
    COMITY_TRY(procedure.appeals, list_of<Appeal>(fields, "appeals", 10, read_appeal));
    COMITY_CHECK(check_phases(procedure.phases, fields.path("phases")));
    COMITY_CHECK(check_appeals(procedure.appeals, fields.path("appeals")));
    COMITY_TRY(procedure.quorum, read_condition(fields, "quorum", procedure));
    COMITY_TRY(procedure.postponed, read_condition(fields, "postponed", procedure));
    COMITY_TRY(procedure.adopted, read_condition(fields, "adopted", procedure));
    if (const json::Value* choice = fields.any("choice")) {
        COMITY_TRY(procedure.choice, read_choice(*choice, fields.path("choice")));
    }
    if (procedure.adopted.has_value() == procedure.choice.has_value()) {
        return invalid(fields.path("adopted"), procedure.choice ? "goes not with choice" : "is missing",
                       "a procedure adopts by a condition or chooses by a method");
    }
    if (const json::Value* tie = fields.any("tie")) {
        COMITY_TRY(procedure.tie, read_tie(*tie, fields.path("tie")));
    }
    COMITY_TRY(const bool abstains, second_of(fields, "recusal", "leaves", "abstains"));
    procedure.recusal = abstains ? Recusal::kAbstains : Recusal::kLeavesElectorate;
    COMITY_TRY(const bool acceding, second_of(fields, "binds", "all", "acceding"));
    procedure.binds = acceding ? Binds::kAcceding : Binds::kAll;
    COMITY_TRY(procedure.max_proxies, fields.optional_integer("max_proxies", 1, 1000));
    if (const json::Value* witnesses = fields.any("witnesses")) {
        COMITY_TRY(procedure.witnesses, read_witnesses(*witnesses, fields.path("witnesses")));
    }
    COMITY_TRY(const auto rounds, fields.optional_integer("max_rounds", 1, 10));
    procedure.max_rounds = std::max(rounds.value_or(1), procedure.tie ? procedure.tie->rounds : 1);
    COMITY_CHECK(fields.nothing_else());
    COMITY_CHECK(check_possible(procedure, path));
    return procedure;
}

}  // namespace

Result<Procedure> parse_procedure(const json::Value& value, const std::string& path) {
    // A community's votes are mostly held by the same procedure, one after the other, and to find that it is
    // possible takes longer than to see that it is the same.
    struct Parsed {
        json::Value value;
        std::string path;
        Procedure procedure;
    };
    thread_local std::optional<Parsed> last;
    if (last && last->path == path && last->value == value) return last->procedure;
    COMITY_TRY(Procedure procedure, read_procedure(value, path));
    last.emplace(value, path, procedure);
    return procedure;
}

}  // namespace comity::governance
