#include "governance/rules/conformity.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "governance/forms.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

std::string_view text_in(const json::Object& form, std::string_view name) {
    const json::Value* value = form.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

// The first second after a day that is written as the statements have it; nothing: none is said.
std::optional<Witnessed> end_of_day(std::string_view day) {
    if (day.empty()) return std::nullopt;
    const auto time = parse_time(std::string(day) + "T00:00:00Z");
    return time ? std::optional(time->seconds() + kDay) : std::nullopt;
}

enum class DueState { kCurrent, kDue, kOverdue };
std::string_view to_string(DueState state) {
    return state == DueState::kCurrent ? "current" : state == DueState::kDue ? "due" : "overdue";
}
DueState due_state(std::string_view day, Witnessed at, std::int64_t days) {
    const auto end = end_of_day(day);
    if (!end || *end > at + (days + 1) * kDay) return DueState::kCurrent;
    return *end <= at ? DueState::kOverdue : DueState::kDue;
}

json::Array listed(const std::set<std::string>& texts) {
    return array_of(std::vector<std::string>(texts.begin(), texts.end()));
}

json::Value day_or_null(std::string_view day) {
    return day.empty() ? json::Value(nullptr) : json::Value(day);
}

// What one member says of another's declarations, by rule.
struct Recognised {
    std::set<std::string> confirmed, doubted, lapsed;
};
using Pair = std::pair<std::string, std::string>;  // whose, by whom

class ConformityTable {
  public:
    ConformityTable(Witnessed at, std::int64_t days) : at_(at), days_(days) {}

    void add(const json::Object& rule) {
        rules_.push_back(json::Object{{"number", rule.at("number")},
                                      {"version", rule.at("version")},
                                      {"title", rule.at("title")},
                                      {"topics", rule.at("topics")},
                                      {"vote", rule.at("vote")}});
        for (const json::Value& said : rule.at("conformity").as_array()) declaration(rule, said.as_object());
    }

    json::Object finish() && {
        std::ranges::sort(due_, [](const json::Value& a, const json::Value& b) {
            const auto key = [](const json::Value& row) {
                const json::Object& form = row.get_object();
                return std::tuple(text_in(form, "day"), text_in(form, "rule"), text_in(form, "member"),
                                  text_in(form, "by"), text_in(form, "id"));
            };
            return key(a) < key(b);
        });
        json::Array members;
        for (const std::string& each : members_) members.emplace_back(each);
        json::Array recognition;
        for (const auto& [pair, found] : recognised_) {
            std::set<std::string> mutual;
            if (const auto back = recognised_.find({pair.second, pair.first}); back != recognised_.end())
                std::ranges::set_intersection(found.confirmed, back->second.confirmed,
                                              std::inserter(mutual, mutual.end()));
            recognition.push_back(json::Object{{"member", pair.first},
                                               {"by", pair.second},
                                               {"confirmed", listed(found.confirmed)},
                                               {"doubted", listed(found.doubted)},
                                               {"lapsed", listed(found.lapsed)},
                                               {"mutual", listed(mutual)}});
        }
        return {{"at", second_text(at_)},
                {"rules", std::move(rules_)},
                {"members", std::move(members)},
                {"declarations", std::move(declarations_)},
                {"recognition", std::move(recognition)},
                {"due", std::move(due_)}};
    }

  private:
    void declaration(const json::Object& rule, const json::Object& said) {
        const std::string number(text_in(rule, "number")), member(text_in(said, "member"));
        members_.insert(member);
        json::Object form = said;
        const std::string day(text_in(said, "review_by"));
        const DueState state = due_state(day, at_, days_);
        form["rule"] = number;
        form["review_by"] = day_or_null(day);
        form["state"] = to_string(state);
        note_due(rule, said, member, "", day, state, "declaration");
        json::Array reviews;
        for (const json::Value& each : said.at("reviews").as_array())
            reviews.push_back(review(rule, number, member, each.get_object()));
        form["reviews"] = std::move(reviews);
        declarations_.push_back(std::move(form));
    }

    json::Object review(const json::Object& rule, const std::string& number, const std::string& member,
                        const json::Object& said) {
        const std::string by(text_in(said, "by")), day(text_in(said, "until"));
        const DueState state = due_state(day, at_, days_);
        const bool holds = state != DueState::kOverdue;
        Recognised& found = recognised_[{member, by}];
        (!holds                                    ? found.lapsed
         : text_in(said, "finding") == "confirmed" ? found.confirmed
                                                   : found.doubted)
            .insert(number);
        note_due(rule, said, member, by, day, state, "recognition");
        json::Object form = said;
        form["until"] = day_or_null(day);
        form["holds"] = holds;
        return form;
    }

    void note_due(const json::Object& rule, const json::Object& said, const std::string& member,
                  const std::string& by, const std::string& day, DueState state, std::string_view what) {
        if (state == DueState::kCurrent) return;
        due_.push_back(json::Object{{"day", day},
                                    {"state", to_string(state)},
                                    {"what", what},
                                    {"rule", rule.at("number")},
                                    {"title", rule.at("title")},
                                    {"member", member},
                                    {"by", by.empty() ? json::Value(nullptr) : json::Value(by)},
                                    {"id", said.at("id")}});
    }

    Witnessed at_;
    std::int64_t days_;
    std::set<std::string> members_;
    std::map<Pair, Recognised> recognised_;
    json::Array rules_, declarations_, due_;
};

}  // namespace

json::Array declarations_of(const RuleVersion& rule) {
    json::Array list;
    for (const RuleVersion::Conformity& said : rule.conformity) {
        json::Object form = conformity_json(said.body);
        form.erase("opening");
        form["member"] = said.member;
        form["id"] = said.id.hex();
        form["said"] = second_text(said.at);
        json::Array reviews;
        for (const RuleVersion::Review& review : said.reviews) {
            json::Object one{{"by", review.by},
                             {"id", review.id.hex()},
                             {"finding", review.body.finding},
                             {"reason", review.body.reason}};
            if (!review.body.until.empty()) one["until"] = review.body.until;
            reviews.push_back(std::move(one));
        }
        form["reviews"] = std::move(reviews);
        list.push_back(std::move(form));
    }
    return list;
}

json::Object conformity_table(std::span<const json::Object> rules, Witnessed at, std::int64_t days) {
    ConformityTable table(at, days);
    for (const json::Object& rule : rules) table.add(rule);
    return std::move(table).finish();
}

Result<json::Object> conformity_answer(db::Session& session, ledger::QuorumTime& quorum,
                                       const RuleQuery& query, std::int64_t days) {
    COMITY_TRY(const KnownRules known, load_rules(session, quorum, query.now));
    const Witnessed at = query.at.value_or(query.now);
    std::set<std::string> topics;
    std::map<std::string, json::Object> rules;  // one version of a number stands at a time
    for (const RuleVersion& rule : known.book.versions) {
        const RuleVersion::State state = rule.state_at(at);
        if (state != RuleVersion::State::kInForce && state != RuleVersion::State::kSuspended) continue;
        const auto& own = rule.rule().topics;
        topics.insert(own.begin(), own.end());
        if (!query.topic.empty() && std::ranges::find(own, query.topic) == own.end()) continue;
        rules[rule.number] = json::Object{{"number", rule.number},
                                          {"version", rule.version},
                                          {"title", rule.text.shown(query.language).title},
                                          {"topics", array_of(own)},
                                          {"vote", rule.opening.hex()},
                                          {"conformity", declarations_of(rule)}};
    }
    std::vector<json::Object> forms;
    for (auto& [number, form] : rules) forms.push_back(std::move(form));
    json::Object out = conformity_table(forms, at, days);
    out["topics"] = listed(topics);
    return out;
}

}  // namespace comity::governance
