#include "governance/rules/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "json/fields.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxClauses = 100;
constexpr std::size_t kMaxList = 200;
constexpr std::size_t kMaxTests = 1000;  // in one policy
constexpr int kMaxNesting = 12;
constexpr std::int64_t kMaxCountLeast = 10'000;  // members
constexpr std::int64_t kMaxCountNoise = 1'000;
constexpr std::int64_t kMaxNumber = 1'000'000'000'000;
constexpr std::string_view kDropsLiars = "witness-does-not-count";

struct AttributeName {
    Attribute attribute;
    AttributeType type;
    std::string_view name;
};
constexpr std::array<AttributeName, 12> kAttributes = {{
    {Attribute::kAuthor, AttributeType::kText, "author"},
    {Attribute::kClass, AttributeType::kClass, "class"},
    {Attribute::kGroups, AttributeType::kSet, "groups"},
    {Attribute::kTlp, AttributeType::kLabel, "tlp"},
    {Attribute::kReaders, AttributeType::kSet, "readers"},
    {Attribute::kReaderGroups, AttributeType::kSet, "reader_groups"},
    {Attribute::kCustody, AttributeType::kTruth, "custody"},
    {Attribute::kObjects, AttributeType::kNumber, "objects"},
    {Attribute::kAttachments, AttributeType::kNumber, "attachments"},
    {Attribute::kAt, AttributeType::kTime, "at"},
    {Attribute::kPurpose, AttributeType::kText, "purpose"},
    {Attribute::kRetentionDays, AttributeType::kNumber, "retention_days"},
}};

class PolicyReader {
  public:
    Result<RulePolicy> read(const json::Value& value, const std::string& path) {
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        RulePolicy policy;
        COMITY_TRY(policy.closed, fields.optional_texts("closed", kMaxList));
        for (const std::string& action : policy.closed)
            COMITY_CHECK(check_action(action, fields.path("closed")));
        if (const json::Value* counts = fields.any("counts")) {
            COMITY_TRY(policy.counts, read_counts(*counts, fields.path("counts")));
        }
        COMITY_TRY(const auto follows, fields.optional_text("misbehaviour", 1, 100));
        if (follows && *follows != kDropsLiars) {
            return invalid(fields.path("misbehaviour"), fmt::format("\"{}\" is not known", *follows),
                           fmt::format("what can follow is \"{}\"", kDropsLiars));
        }
        policy.drops_liars = follows.has_value();
        if (fields.has("clauses") || (!policy.counts && !policy.drops_liars)) {
            COMITY_TRY(const json::Array* clauses, fields.array("clauses", 1, kMaxClauses));
            for (std::size_t i = 0; i < clauses->size(); ++i) {
                COMITY_TRY(policy.clauses.emplace_back(),
                           read_clause((*clauses)[i], fmt::format("{}[{}]", fields.path("clauses"), i)));
            }
        }
        COMITY_CHECK(fields.nothing_else());
        return policy;
    }

  private:
    static Result<void> check_action(const std::string& action, const std::string& path) {
        const std::size_t dot = action.find('.');
        const auto part = [](std::string_view text) {
            return !text.empty() && text.front() >= 'a' && text.front() <= 'z' &&
                   std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
        };
        if (dot == std::string::npos || !part(std::string_view(action).substr(0, dot)) ||
            (action.substr(dot + 1) != "*" && !part(std::string_view(action).substr(dot + 1)))) {
            return invalid(path, fmt::format("\"{}\" is no action", action),
                           "write a statement's type, \"intelligence.share\", or \"intelligence.*\"");
        }
        if (untouchable(action)) {
            return invalid(path, fmt::format("\"{}\" is of the core, which no rule can touch", action),
                           "to vote, to appeal, to leave and to read the log are everybody's, always");
        }
        return {};
    }

    static Result<CountTerms> read_counts(const json::Value& value, const std::string& path) {
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        CountTerms terms;
        COMITY_TRY(const auto least, fields.optional_integer("least", CountTerms{}.least, kMaxCountLeast));
        COMITY_TRY(const auto noise, fields.optional_integer("noise", CountTerms{}.noise, kMaxCountNoise));
        if (!least && !noise)
            return invalid(path, "says neither \"least\" nor \"noise\"", "{\"least\":10,\"noise\":2}");
        terms.least = least.value_or(terms.least);
        terms.noise = noise.value_or(terms.noise);
        COMITY_CHECK(fields.nothing_else());
        return terms;
    }

    Result<Clause> read_clause(const json::Value& value, const std::string& path) {
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        Clause clause;
        const bool forbids = fields.has("forbid");
        if (forbids == fields.has("permit"))
            return invalid(path, "must have one of \"forbid\" and \"permit\": a list of actions");
        clause.forbids = forbids;
        const std::string_view list = forbids ? "forbid" : "permit";
        COMITY_TRY(clause.actions, fields.texts(list, 1, kMaxList));
        for (const std::string& action : clause.actions)
            COMITY_CHECK(check_action(action, fields.path(list)));
        COMITY_TRY(clause.title, fields.text("title", 1, 300));
        if (const json::Value* when = fields.any("when")) {
            COMITY_TRY(clause.when, read_test(*when, fields.path("when"), 0));
        }
        if (const json::Value* unless = fields.any("unless")) {
            COMITY_TRY(clause.unless, read_test(*unless, fields.path("unless"), 0));
        }
        COMITY_CHECK(fields.nothing_else());
        return clause;
    }

    Result<Test> read_test(const json::Value& value, const std::string& path, int depth) {
        if (++tests_ > kMaxTests) return too_large(path, fmt::format("over {} conditions", kMaxTests));
        if (depth > kMaxNesting)
            return too_large(path, fmt::format("conditions are nested over {} deep", kMaxNesting));
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        Test test;
        if (fields.has("all") || fields.has("any")) {
            const std::string_view name = fields.has("all") ? "all" : "any";
            test.kind = name == "all" ? Test::Kind::kAll : Test::Kind::kAny;
            COMITY_TRY(const json::Array* parts, fields.array(name, 1, kMaxList));
            for (std::size_t i = 0; i < parts->size(); ++i) {
                COMITY_TRY(test.parts.emplace_back(),
                           read_test((*parts)[i], fmt::format("{}[{}]", fields.path(name), i), depth + 1));
            }
        } else if (const json::Value* inner = fields.any("not")) {
            test.kind = Test::Kind::kNot;
            COMITY_TRY(test.parts.emplace_back(), read_test(*inner, fields.path("not"), depth + 1));
        } else {
            COMITY_CHECK(read_comparison(fields, test));
        }
        COMITY_CHECK(fields.nothing_else());
        return test;
    }

    static Result<void> read_comparison(json::Fields& fields, Test& test) {
        test.kind = Test::Kind::kCompared;
        COMITY_TRY(const std::string name, fields.text("attribute", 1, 40));
        const auto known = std::ranges::find(kAttributes, name, &AttributeName::name);
        if (known == kAttributes.end()) {
            return invalid(fields.path("attribute"), fmt::format("\"{}\" is no attribute of an act", name),
                           "docs/formats.md, \"Policies\", lists them");
        }
        test.attribute = known->attribute;
        switch (known->type) {
            case AttributeType::kText:
            case AttributeType::kClass:
                return read_texts(fields, test, known->type, "is", "in");
            case AttributeType::kSet:
                test.op = Test::Operator::kHas;
                return read_texts(fields, test, known->type, "has", "has_any");
            case AttributeType::kLabel:
                if (!fields.has("at_least") && !fields.has("at_most"))
                    return read_texts(fields, test, known->type, "is", "in");
                return read_bound(fields, test, [&](std::string_view bound) -> Result<std::int64_t> {
                    COMITY_TRY(const std::string text, fields.text(bound, 1, 20));
                    auto label = ledger::parse_tlp(text);
                    if (!label) return within(fields.path(bound), label.error());
                    return static_cast<std::int64_t>(*label);
                });
            case AttributeType::kTruth: {
                COMITY_TRY(const bool truth, fields.boolean("is"));
                test.number = truth ? 1 : 0;
                return {};
            }
            case AttributeType::kNumber:
                return read_bound(fields, test, [&](std::string_view bound) {
                    return fields.integer(bound, 0, kMaxNumber);
                });
            case AttributeType::kTime:
                break;
        }
        const std::string_view bound = fields.has("before") ? "before" : "from";
        test.op = bound == "before" ? Test::Operator::kBefore : Test::Operator::kAtLeast;
        COMITY_TRY(const std::string text, fields.text(bound, 1, 40));
        auto time = parse_time(text);
        if (!time) return within(fields.path(bound), time.error());
        test.number = time->seconds();
        return {};
    }

    static Result<void> read_texts(json::Fields& fields, Test& test, AttributeType type, std::string_view one,
                                   std::string_view several) {
        if (fields.has(one)) {
            COMITY_TRY(test.texts.emplace_back(), fields.text(one, 0, 200));
        } else {
            COMITY_TRY(test.texts, fields.texts(several, 1, kMaxList));
        }
        const std::string path = fields.path(fields.has(one) ? one : several);
        for (const std::string& text : test.texts) {
            if (type == AttributeType::kClass) COMITY_CHECK(ledger::parse_stakeholder_class(text, path));
            if (type != AttributeType::kLabel) continue;
            if (auto label = ledger::parse_tlp(text); !label) return within(path, label.error());
        }
        return {};
    }

    template <typename Read>
    static Result<void> read_bound(json::Fields& fields, Test& test, const Read& read) {
        const std::string_view bound = fields.has("at_least") ? "at_least" : "at_most";
        test.op = bound == "at_least" ? Test::Operator::kAtLeast : Test::Operator::kAtMost;
        COMITY_TRY(test.number, read(bound));
        return {};
    }

    std::size_t tests_ = 0;
};

std::string text_of(Attribute attribute, const ActRequest& request) {
    switch (attribute) {
        case Attribute::kAuthor:
            return request.author;
        case Attribute::kClass:
            return std::string(ledger::to_string(request.stakeholder_class));
        case Attribute::kTlp:
            return std::string(ledger::to_string(request.tlp));
        default:
            return request.purpose;
    }
}

const std::vector<std::string>& set_of(Attribute attribute, const ActRequest& request) {
    if (attribute == Attribute::kGroups) return request.groups;
    return attribute == Attribute::kReaders ? request.readers : request.reader_groups;
}

std::int64_t number_of(Attribute attribute, const ActRequest& request) {
    switch (attribute) {
        case Attribute::kTlp:
            return static_cast<std::int64_t>(request.tlp);
        case Attribute::kCustody:
            return request.custody ? 1 : 0;
        case Attribute::kObjects:
            return request.objects;
        case Attribute::kAttachments:
            return request.attachments;
        case Attribute::kAt:
            return request.at;
        default:
            return request.retention_days;
    }
}

}  // namespace

AttributeType type_of(Attribute attribute) {
    return kAttributes[static_cast<std::size_t>(attribute)].type;
}

std::string_view to_string(Attribute attribute) {
    return kAttributes[static_cast<std::size_t>(attribute)].name;
}

Result<RulePolicy> parse_policy(const json::Value& value, const std::string& path) {
    return PolicyReader().read(value, path);
}

bool action_matches(std::string_view pattern, std::string_view action) {
    if (!pattern.ends_with(".*")) return pattern == action;
    return action.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool untouchable(std::string_view action) {
    if (action.starts_with("governance.")) return true;
    return action.starts_with("federation.") && action != "federation.parcel";
}

bool holds(const Test& test, const ActRequest& request) {
    switch (test.kind) {
        case Test::Kind::kAll:
            return std::ranges::all_of(test.parts, [&](const Test& part) { return holds(part, request); });
        case Test::Kind::kAny:
            return std::ranges::any_of(test.parts, [&](const Test& part) { return holds(part, request); });
        case Test::Kind::kNot:
            return !holds(test.parts.front(), request);
        case Test::Kind::kCompared:
            break;
    }
    switch (test.op) {
        case Test::Operator::kHas:
            return std::ranges::any_of(set_of(test.attribute, request), [&](const std::string& one) {
                return std::ranges::find(test.texts, one) != test.texts.end();
            });
        case Test::Operator::kAtLeast:
            return number_of(test.attribute, request) >= test.number;
        case Test::Operator::kAtMost:
            return number_of(test.attribute, request) <= test.number;
        case Test::Operator::kBefore:
            return number_of(test.attribute, request) < test.number;
        case Test::Operator::kIn:
            break;
    }
    if (type_of(test.attribute) == AttributeType::kTruth)
        return number_of(test.attribute, request) == test.number;
    return std::ranges::find(test.texts, text_of(test.attribute, request)) != test.texts.end();
}

bool applies(const Clause& clause, const ActRequest& request) {
    const bool meant = std::ranges::any_of(
        clause.actions, [&](const std::string& pattern) { return action_matches(pattern, request.action); });
    return meant && (!clause.when || holds(*clause.when, request)) &&
           !(clause.unless && holds(*clause.unless, request));
}

Ruling decide(std::span<const RulePolicy* const> policies, const ActRequest& request) {
    if (untouchable(request.action)) return {};
    int closed_by = -1;
    Ruling permitted{false, -1, -1};
    for (std::size_t i = 0; i < policies.size(); ++i) {
        const RulePolicy& policy = *policies[i];
        const auto closes = [&](const std::string& pattern) {
            return action_matches(pattern, request.action);
        };
        if (closed_by < 0 && std::ranges::any_of(policy.closed, closes)) closed_by = static_cast<int>(i);
        for (std::size_t k = 0; k < policy.clauses.size(); ++k) {
            if (!applies(policy.clauses[k], request)) continue;
            if (policy.clauses[k].forbids) return {false, static_cast<int>(i), static_cast<int>(k)};
            if (!permitted.allowed) permitted = {true, static_cast<int>(i), static_cast<int>(k)};
        }
    }
    if (closed_by < 0) return {};
    return permitted.allowed ? permitted : Ruling{false, closed_by, -1};
}

}  // namespace comity::governance
