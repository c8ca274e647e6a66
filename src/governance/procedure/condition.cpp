#include "governance/procedure/condition.h"

#include <fmt/format.h>

#include <algorithm>

#include "json/fields.h"
#include "ledger/statement.h"

namespace comity::governance {
namespace {

constexpr std::size_t kMaxParts = 50;
constexpr int kMaxDepth = 8;

struct Word {
    std::string_view word;
    Quantity of;
};
constexpr Word kWords[] = {{"yes", kYesVotes},
                           {"no", kNoVotes},
                           {"no-reasoned", kNoReasoned},
                           {"no-unreasoned", kNoUnreasoned},
                           {"abstain", kAbstentions},
                           {"attending", kAttendances},
                           {"absent", kAbsences},
                           {"cast", kCast},
                           {"present", kPresent},
                           {"all", kEverybody},
                           {"not-yes", kEverybody & ~kYesVotes},
                           {"sustained-objections", kSustained},
                           {"answered-objections", kAddressed},
                           {"objections", kSustained | kAddressed}};

Result<Quantity> quantity_of(std::string_view word, const std::string& where) {
    for (const Word& known : kWords) {
        if (known.word == word) return known.of;
    }
    std::string all;
    for (const Word& known : kWords) all += (all.empty() ? "" : ", ") + std::string(known.word);
    return invalid(where, fmt::format("\"{}\" is nothing that is counted", word), "one of " + all);
}

// "yes" or ["yes","abstain"].
Result<Quantity> parse_quantity(const json::Value& value, const std::string& where) {
    if (const auto* word = value.if_string()) return quantity_of(*word, where);
    const json::Array* list = value.if_array();
    if (list == nullptr || list->empty())
        return invalid(where, "must be a text or a list of texts", "\"yes\" or [\"yes\",\"abstain\"]");
    Quantity sum = 0;
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string at = fmt::format("{}[{}]", where, i);
        const auto* word = (*list)[i].if_string();
        if (word == nullptr) return invalid(at, "must be a text");
        COMITY_TRY(const Quantity quantity, quantity_of(*word, at));
        if ((sum & quantity) != 0)
            return invalid(at, fmt::format("\"{}\" would be counted twice", std::string_view(*word)));
        sum |= quantity;
    }
    if ((sum & kEverybody) != 0 && (sum & ~kEverybody) != 0)
        return invalid(where, "adds objections to votes", "they are counted for themselves");
    return sum;
}

class Reader {
  public:
    explicit Reader(const Procedure& procedure) : procedure_(procedure) {}

    Result<Condition> read(const json::Value& value, const std::string& path, int depth) const {
        if (depth > kMaxDepth) return invalid(path, fmt::format("is nested deeper than {}", kMaxDepth));
        COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
        COMITY_TRY(const auto title, fields.optional_text("title", 1, 300));
        COMITY_TRY(Condition condition, read_kind(fields, path, depth));
        condition.title = title.value_or("");
        COMITY_CHECK(fields.nothing_else());
        return condition;
    }

  private:
    Result<Condition> read_kind(json::Fields& fields, const std::string& path, int depth) const {
        Condition condition;
        if (fields.has("all") || fields.has("any")) {
            const std::string name = fields.has("all") ? "all" : "any";
            condition.kind = name == "all" ? Condition::Kind::kAll : Condition::Kind::kAny;
            COMITY_TRY(const json::Array* parts, fields.array(name, 1, kMaxParts));
            for (std::size_t i = 0; i < parts->size(); ++i) {
                COMITY_TRY(condition.parts.emplace_back(),
                           read((*parts)[i], fmt::format("{}.{}[{}]", path, name, i), depth + 1));
            }
            return condition;
        }
        if (const json::Value* part = fields.any("not")) {
            condition.kind = Condition::Kind::kNot;
            COMITY_TRY(condition.parts.emplace_back(), read(*part, path + ".not", depth + 1));
            return condition;
        }
        if (fields.has("declared")) {
            condition.kind = Condition::Kind::kDeclared;
            COMITY_TRY(condition.name, fields.text("declared", 1, 64));
            COMITY_CHECK(ledger::check_member_id(condition.name, path + ".declared"));
            return condition;
        }
        if (fields.has("earlier")) return read_earlier(fields, path, depth);
        if (fields.has("round_at_most")) {
            condition.kind = Condition::Kind::kRound;
            COMITY_TRY(condition.round, fields.integer("round_at_most", 1, 10));
            return condition;
        }
        return read_comparison(fields, path);
    }

    Result<Condition> read_earlier(json::Fields& fields, const std::string& path, int depth) const {
        Condition condition;
        condition.kind = Condition::Kind::kEarlier;
        COMITY_TRY(condition.name, fields.text("earlier", 1, 64));
        if (std::ranges::find(procedure_.earlier, condition.name, &Earlier::id) == procedure_.earlier.end()) {
            return invalid(path + ".earlier",
                           fmt::format("'{}' is not among the earlier votes", condition.name),
                           "name it in the procedure's \"earlier\"");
        }
        for (const char* outcome : {"adopted", "rejected"}) {
            const json::Value* part = fields.any(outcome);
            const std::string at = path + "." + outcome;
            if (part == nullptr)
                return invalid(at, "is missing", "say what holds where the earlier vote was so");
            COMITY_TRY(condition.parts.emplace_back(), read(*part, at, depth + 1));
        }
        return condition;
    }

    // The index of what a field names; -1 where it names nothing.
    template <typename Find>
    Result<int> named(json::Fields& fields, std::string_view name, std::string_view what, Find find) const {
        COMITY_TRY(const auto id, fields.optional_text(name, 1, 64));
        if (!id) return -1;
        const int index = find(*id);
        if (index < 0)
            return invalid(fields.path(name), fmt::format("the procedure has no {} '{}'", what, *id));
        return index;
    }

    Result<Condition> read_comparison(json::Fields& fields, const std::string& path) const {
        Condition condition;
        condition.kind = Condition::Kind::kCompared;
        const json::Value* of = fields.any("of");
        if (of == nullptr) {
            return invalid(path, "is no condition",
                           "give it all, any, not, declared, earlier, round_at_most or of");
        }
        COMITY_TRY(condition.of, parse_quantity(*of, path + ".of"));
        if (const json::Value* base = fields.any("base")) {
            COMITY_TRY(condition.base, parse_quantity(*base, path + ".base"));
            if ((condition.base & kEverybody) == 0) return invalid(path + ".base", "is no base: give votes");
        }
        COMITY_TRY(condition.weight,
                   named(fields, "by", "weights", [&](auto& id) { return procedure_.weight(id); }));
        COMITY_CHECK(read_threshold(fields, path, condition));
        COMITY_TRY(const auto rounding, fields.optional_text("rounding", 1, 20));
        if (rounding) {
            if (condition.base == 0)
                return invalid(path + ".rounding", "has nothing to round", "give a base");
            if (*rounding == "down")
                condition.rounding = Rounding::kDown;
            else if (*rounding == "up")
                condition.rounding = Rounding::kUp;
            else if (*rounding == "nearest")
                condition.rounding = Rounding::kNearest;
            else if (*rounding != "none")
                return invalid(path + ".rounding",
                               fmt::format("\"{}\" is none of none, down, up, nearest", *rounding));
        }
        COMITY_TRY(const auto plus, fields.optional_integer("plus", 0, 1000));
        condition.plus = plus.value_or(0);
        if (condition.plus != 0 && condition.base == 0)
            return invalid(path + ".plus", "goes with a share", "add it to the number");
        COMITY_CHECK(check_bounds(condition, path));
        return in_houses(fields, path, std::move(condition));
    }

    Result<void> read_threshold(json::Fields& fields, const std::string& path, Condition& condition) const {
        struct Form {
            const char* name;
            Comparison comparison;
        };
        std::string given;
        for (const Form form :
             {Form{"at_least", Comparison::kAtLeast}, Form{"more_than", Comparison::kMoreThan},
              Form{"at_most", Comparison::kAtMost}, Form{"less_than", Comparison::kLessThan}}) {
            const json::Value* value = fields.any(form.name);
            if (value == nullptr) continue;
            const std::string at = path + "." + form.name;
            if (!given.empty())
                return invalid(at, "stands beside " + given, "make two conditions of it, under all");
            given = form.name;
            condition.comparison = form.comparison;
            if (const auto* text = value->if_string()) {
                COMITY_TRY(condition.threshold, parse_rational(*text, at));
            } else if (const std::int64_t* n = value->if_int64()) {
                if (*n < 0 || *n > 999'999'999) return invalid(at, "must be from 0 to 999999999");
                condition.threshold = {*n, 1};
            } else {
                COMITY_TRY(json::Fields inner, json::Fields::of(*value, at));
                COMITY_TRY(const std::string parameter, inner.text("parameter", 1, 64));
                COMITY_CHECK(inner.nothing_else());
                condition.parameter = procedure_.parameter(parameter);
                if (condition.parameter < 0)
                    return invalid(at + ".parameter",
                                   fmt::format("the procedure has no parameter '{}'", parameter));
                if (condition.base != 0) return invalid(at, "is a number", "leave out the base");
            }
        }
        if (given.empty())
            return invalid(path, "has no threshold", "give at_least, more_than, at_most or less_than");
        return {};
    }

    // What no votes could meet, or all would.
    static Result<void> check_bounds(const Condition& condition, const std::string& path) {
        if (condition.parameter >= 0) return {};
        const Rational one{1, 1};
        const Rational& threshold = condition.threshold;
        const bool share = condition.base != 0;
        switch (condition.comparison) {
            case Comparison::kAtLeast:
                if (share && (one < threshold || (threshold == one && condition.plus > 0)))
                    return invalid(path + ".at_least",
                                   threshold.text() + " is above one: all of them would not be enough");
                if (threshold.num == 0 && condition.plus == 0)
                    return invalid(path + ".at_least", "is nothing: it would always be met");
                break;
            case Comparison::kMoreThan:
                if (share && !(threshold < one))
                    return invalid(path + ".more_than",
                                   "all of them would not be more than " + threshold.text());
                break;
            case Comparison::kAtMost:
                if (share && !(threshold < one))
                    return invalid(path + ".at_most", threshold.text() + " would always be met");
                break;
            case Comparison::kLessThan:
                if (threshold.num == 0) return invalid(path + ".less_than", "nothing is less than nothing");
                if (share && one < threshold)
                    return invalid(path + ".less_than", threshold.text() + " would always be met");
                break;
        }
        return {};
    }

    // "in": a house, or "each".
    Result<Condition> in_houses(json::Fields& fields, const std::string& path, Condition condition) const {
        COMITY_TRY(const auto in, fields.optional_text("in", 1, 64));
        if (!in) return condition;
        if (*in != "each") {
            condition.house = procedure_.house(*in);
            if (condition.house < 0)
                return invalid(path + ".in", fmt::format("the procedure has no house '{}'", *in));
            return condition;
        }
        if (procedure_.houses.empty()) return invalid(path + ".in", "the procedure has no houses");
        Condition each;
        each.kind = Condition::Kind::kAll;
        for (std::size_t i = 0; i < procedure_.houses.size(); ++i) {
            condition.house = static_cast<int>(i);
            each.parts.push_back(condition);
        }
        return each;
    }

    const Procedure& procedure_;
};

}  // namespace

Result<Condition> parse_condition(const json::Value& value, const std::string& path,
                                  const Procedure& procedure) {
    return Reader(procedure).read(value, path, 1);
}

}  // namespace comity::governance
