// The one file that knows Z3.
#include "governance/rules/analysis.h"

#include <fmt/format.h>
#include <z3++.h>

#include <algorithm>
#include <map>
#include <set>

namespace comity::governance {
namespace {

using ledger::StakeholderClass;

constexpr unsigned kMilliseconds = 5000;
constexpr int kClasses = 6;
constexpr std::int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z

// An act as the prover sees it: texts are numbers of the constants that the policies name (-1: another), sets
// are a truth for each constant, the rest are integers.
class Prover {
  public:
    Prover(const NamedPolicy& policy, std::span<const NamedPolicy> others)
        : policy_(policy),
          others_(others),
          class_(context_.int_const("class")),
          tlp_(context_.int_const("tlp")),
          author_(context_.int_const("author")),
          purpose_(context_.int_const("purpose")),
          custody_(context_.bool_const("custody")),
          objects_(context_.int_const("objects")),
          attachments_(context_.int_const("attachments")),
          at_(context_.int_const("at")),
          retention_(context_.int_const("retention")),
          limited_(context_.bool_const("limited")) {}

    std::vector<Concern> prove() {
        for (const std::string& action : actions()) {
            check_lockouts(action);
            for (std::size_t i = 0; i < policy_.policy->clauses.size(); ++i) check_clause(action, i);
        }
        // A clause that applies to one of its actions applies.
        for (std::size_t i = 0; i < policy_.policy->clauses.size(); ++i) {
            if (applied_.contains(i)) continue;
            add(Concern::Kind::kNeverApplies, fmt::format("clause {} of {} applies to no act: {}", i + 1,
                                                          policy_.name, policy_.policy->clauses[i].title));
        }
        return std::move(concerns_);
    }

  private:
    // Each action that is named, and for each "pillar.*" any other of the pillar.
    std::set<std::string> actions() const {
        std::set<std::string> all;
        const auto take = [&](const RulePolicy& policy) {
            all.insert(policy.closed.begin(), policy.closed.end());
            for (const Clause& clause : policy.clauses)
                all.insert(clause.actions.begin(), clause.actions.end());
        };
        take(*policy_.policy);
        for (const NamedPolicy& other : others_) {
            for (const Clause& clause : other.policy->clauses) {
                for (const std::string& action : clause.actions) {
                    const bool shared = std::ranges::any_of(
                        all, [&](const std::string& mine) { return action_matches(mine, action); });
                    if (shared) all.insert(action);
                }
            }
        }
        return all;
    }

    z3::expr domain() {
        z3::expr_vector all(context_);
        all.push_back(class_ >= 0 && class_ < kClasses);
        all.push_back(tlp_ >= 0 && tlp_ <= static_cast<int>(ledger::Tlp::kRed));
        all.push_back(author_ >= -1 && author_ < static_cast<int>(texts_[Attribute::kAuthor].size()));
        all.push_back(purpose_ >= -1 && purpose_ < static_cast<int>(texts_[Attribute::kPurpose].size()));
        all.push_back(objects_ >= 0 && attachments_ >= 0 && retention_ >= 0);
        all.push_back(at_ >= 0 && at_ <= context_.int_val(kLastSecond));
        return z3::mk_and(all);
    }

    int index_of(Attribute attribute, const std::string& text) {
        std::vector<std::string>& known = texts_[attribute];
        const auto at = std::ranges::find(known, text);
        if (at != known.end()) return static_cast<int>(at - known.begin());
        known.push_back(text);
        return static_cast<int>(known.size()) - 1;
    }

    z3::expr number(Attribute attribute) {
        switch (attribute) {
            case Attribute::kTlp:
                return tlp_;
            case Attribute::kObjects:
                return objects_;
            case Attribute::kAttachments:
                return attachments_;
            case Attribute::kAt:
                return at_;
            default:
                return retention_;
        }
    }

    z3::expr equal(Attribute attribute, const std::string& text) {
        switch (type_of(attribute)) {
            case AttributeType::kClass:
                return class_ == static_cast<int>(*ledger::parse_stakeholder_class(text, "class"));
            case AttributeType::kLabel:
                return tlp_ == static_cast<int>(*ledger::parse_tlp(text));
            case AttributeType::kSet:
                return context_.bool_const(
                    fmt::format("{}:{}", to_string(attribute), index_of(attribute, text)).c_str());
            default:
                return (attribute == Attribute::kAuthor ? author_ : purpose_) == index_of(attribute, text);
        }
    }

    z3::expr of(const Test& test) {
        if (test.kind == Test::Kind::kNot) return !of(test.parts.front());
        z3::expr_vector parts(context_);
        if (test.kind != Test::Kind::kCompared) {
            for (const Test& part : test.parts) parts.push_back(of(part));
            return test.kind == Test::Kind::kAll ? z3::mk_and(parts) : z3::mk_or(parts);
        }
        const z3::expr bound = context_.int_val(test.number);
        // What states no retention keeps without a limit: more than any number.
        const bool retention = test.attribute == Attribute::kRetentionDays;
        switch (test.op) {
            case Test::Operator::kAtLeast:
                return retention ? !limited_ || retention_ >= bound : number(test.attribute) >= bound;
            case Test::Operator::kAtMost:
                return retention ? limited_ && retention_ <= bound : number(test.attribute) <= bound;
            case Test::Operator::kBefore:
                return number(test.attribute) < bound;
            case Test::Operator::kIn:
            case Test::Operator::kHas:
                break;
        }
        if (type_of(test.attribute) == AttributeType::kTruth) return test.number != 0 ? custody_ : !custody_;
        for (const std::string& text : test.texts) parts.push_back(equal(test.attribute, text));
        return z3::mk_or(parts);
    }

    z3::expr of(const Clause& clause, const std::string& action) {
        const bool meant = std::ranges::any_of(
            clause.actions, [&](const std::string& pattern) { return action_matches(pattern, action); });
        z3::expr holds = context_.bool_val(meant);
        if (clause.when) holds = holds && of(*clause.when);
        if (clause.unless) holds = holds && !of(*clause.unless);
        return holds;
    }

    z3::expr any_clause(bool forbids, const std::string& action, bool with_it, bool with_others) {
        z3::expr any = context_.bool_val(false);
        const auto take = [&](const RulePolicy& policy) {
            for (const Clause& clause : policy.clauses) {
                if (clause.forbids == forbids) any = any || of(clause, action);
            }
        };
        if (with_it) take(*policy_.policy);
        if (with_others)
            for (const NamedPolicy& other : others_) take(*other.policy);
        return any;
    }

    z3::expr allowed(const std::string& action, bool with_it) {
        const auto closes = [&](const RulePolicy& policy) {
            return std::ranges::any_of(
                policy.closed, [&](const std::string& pattern) { return action_matches(pattern, action); });
        };
        bool closed = with_it && closes(*policy_.policy);
        for (const NamedPolicy& other : others_) closed = closed || closes(*other.policy);
        const z3::expr forbidden = any_clause(true, action, with_it, true);
        return closed ? !forbidden && any_clause(false, action, with_it, true) : !forbidden;
    }

    struct Answer {
        z3::check_result result = z3::unknown;
        json::Object example;
    };
    Answer ask(const z3::expr& question, const std::string& action) {
        z3::solver solver(context_);
        z3::params params(context_);
        params.set("timeout", kMilliseconds);
        solver.set(params);
        solver.add(question);
        solver.add(domain());
        Answer answer{solver.check(), {}};
        if (answer.result == z3::sat) answer.example = example_of(solver.get_model(), action);
        if (answer.result == z3::unknown)
            add(Concern::Kind::kUndecided,
                fmt::format("what {} does to {} could not be proved in time", policy_.name, action));
        return answer;
    }

    json::Object example_of(const z3::model& model, const std::string& action) {
        const auto value = [&](const z3::expr& expression) {
            return model.eval(expression, true).get_numeral_int64();
        };
        const auto text = [&](Attribute attribute, const z3::expr& expression, const char* other) {
            const std::int64_t i = value(expression);
            return i < 0 ? std::string(other) : texts_[attribute][static_cast<std::size_t>(i)];
        };
        const auto set = [&](Attribute attribute) {
            std::vector<std::string> held;
            for (std::size_t i = 0; i < texts_[attribute].size(); ++i) {
                const z3::expr has =
                    context_.bool_const(fmt::format("{}:{}", to_string(attribute), i).c_str());
                if (model.eval(has, true).is_true()) held.push_back(texts_[attribute][i]);
            }
            return held;
        };
        ActRequest request;
        request.action = action;
        request.author = text(Attribute::kAuthor, author_, "somebody");
        request.stakeholder_class = static_cast<StakeholderClass>(value(class_));
        request.tlp = static_cast<ledger::Tlp>(value(tlp_));
        request.groups = set(Attribute::kGroups);
        request.readers = set(Attribute::kReaders);
        request.reader_groups = set(Attribute::kReaderGroups);
        request.custody = model.eval(custody_, true).is_true();
        request.objects = value(objects_);
        request.attachments = value(attachments_);
        request.at = value(at_);
        request.purpose = text(Attribute::kPurpose, purpose_, "");
        if (model.eval(limited_, true).is_true()) request.retention_days = value(retention_);
        return request_json(request);
    }

    void check_lockouts(const std::string& action) {
        const z3::expr before = allowed(action, false), after = allowed(action, true);
        if (ask(after, action).result == z3::unsat) {
            if (ask(before, action).result == z3::sat)
                add(Concern::Kind::kNobodyCan, fmt::format("nobody could do {} any more", action));
            return;
        }
        for (int i = 0; i < kClasses; ++i) {
            if (ask(after && class_ == i, action).result != z3::unsat) continue;
            if (ask(before && class_ == i, action).result != z3::sat) continue;
            add(Concern::Kind::kClassCannot,
                fmt::format("no member of the class {} could do {} any more",
                            ledger::to_string(static_cast<StakeholderClass>(i)), action));
        }
    }

    void check_clause(const std::string& action, std::size_t i) {
        const Clause& clause = policy_.policy->clauses[i];
        const z3::expr mine = of(clause, action);
        if (ask(mine, action).result == z3::unsat) return;
        applied_.insert(i);
        if (!clause.forbids &&
            ask(mine && !any_clause(true, action, true, true), action).result == z3::unsat) {
            add(Concern::Kind::kNeverPermits,
                fmt::format("what clause {} of {} permits is forbidden by others whenever it applies to {}",
                            i + 1, policy_.name, action));
            return;
        }
        for (const NamedPolicy& other : others_) {
            for (const Clause& theirs : other.policy->clauses) {
                if (theirs.forbids == clause.forbids) continue;
                Answer both = ask(mine && of(theirs, action), action);
                if (both.result != z3::sat) continue;
                add(Concern::Kind::kContradiction,
                    fmt::format("{} {} {} where {} {} it", policy_.name,
                                clause.forbids ? "forbids" : "permits", action, other.name,
                                clause.forbids ? "permits" : "forbids"),
                    std::move(both.example));
                break;  // one of each rule is enough to look
            }
        }
    }

    void add(Concern::Kind kind, std::string text, json::Object example = {}) {
        if (std::ranges::find(concerns_, text, &Concern::text) == concerns_.end())
            concerns_.push_back({kind, std::move(text), std::move(example)});
    }

    const NamedPolicy& policy_;
    const std::span<const NamedPolicy> others_;
    z3::context context_;
    z3::expr class_, tlp_, author_, purpose_, custody_, objects_, attachments_, at_, retention_, limited_;
    std::map<Attribute, std::vector<std::string>> texts_;  // the constants that are named
    std::set<std::size_t> applied_;                        // clauses that can
    std::vector<Concern> concerns_;
};

}  // namespace

std::string_view to_string(Concern::Kind kind) {
    switch (kind) {
        case Concern::Kind::kNobodyCan:
            return "nobody-can";
        case Concern::Kind::kClassCannot:
            return "class-cannot";
        case Concern::Kind::kNeverApplies:
            return "never-applies";
        case Concern::Kind::kNeverPermits:
            return "never-permits";
        case Concern::Kind::kContradiction:
            return "contradiction";
        case Concern::Kind::kUndecided:
            break;
    }
    return "undecided";
}

std::vector<Concern> analyse(const NamedPolicy& policy, std::span<const NamedPolicy> others) {
    try {
        return Prover(policy, others).prove();
    } catch (const z3::exception& error) {
        return {{Concern::Kind::kUndecided, fmt::format("the prover gave up: {}", error.msg()), {}}};
    }
}

json::Array concerns_json(std::span<const Concern> concerns) {
    json::Array list;
    for (const Concern& concern : concerns) {
        json::Object form{{"kind", to_string(concern.kind)}, {"text", concern.text}};
        if (!concern.example.empty()) form["example"] = concern.example;
        list.push_back(std::move(form));
    }
    return list;
}

}  // namespace comity::governance
