#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/output.h"
#include "governance/rules/analysis.h"
#include "governance/rules/policy.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxPolicy = 1u << 20;
constexpr std::size_t kMaxRequests = 64u << 20;

struct RuleTryOptions {
    std::vector<std::string> policies;
    std::string requests;
};

// A policy alone, or what makes a rule, with one in it.
Result<governance::RulePolicy> read_rule_policy(Context& context, const std::string& file) {
    COMITY_TRY(const std::string text, read_file(context, file, kMaxPolicy));
    auto value = json::parse(text);
    if (!value) return within(file, value.error());
    const json::Value* policy = &*value;
    if (value->is_object() && value->get_object().contains("policy")) policy = &value->at("policy");
    auto parsed = governance::parse_policy(*policy, "");
    if (!parsed) return within(file, parsed.error());
    return parsed;
}

Result<std::vector<governance::ActRequest>> read_requests(Context& context, const std::string& file) {
    std::vector<governance::ActRequest> requests;
    if (file.empty()) return requests;
    COMITY_TRY(const std::string text, read_file(context, file, kMaxRequests));
    auto value = json::parse(text);
    if (!value) return within(file, value.error());
    if (!value->is_array()) return invalid(file, "must be a list of acts");
    for (std::size_t i = 0; i < value->get_array().size(); ++i) {
        auto request = governance::parse_request(value->get_array()[i], fmt::format("[{}]", i));
        if (!request) return within(file, request.error());
        requests.push_back(std::move(*request));
    }
    return requests;
}

Result<void> try_it(Context& context, const RuleTryOptions& options) {
    std::vector<governance::RulePolicy> policies;
    for (const std::string& file : options.policies) {
        COMITY_TRY(policies.emplace_back(), read_rule_policy(context, file));
    }
    COMITY_TRY(const auto requests, read_requests(context, options.requests));
    std::vector<const governance::RulePolicy*> all;
    for (const governance::RulePolicy& policy : policies) all.push_back(&policy);

    json::Array decisions;
    std::vector<std::vector<std::string>> rows;
    for (const governance::ActRequest& request : requests) {
        const governance::Ruling ruling = governance::decide(all, request);
        json::Object form{{"allowed", ruling.allowed}};
        std::string why;
        if (ruling.rule >= 0) {
            const std::string& file = options.policies[static_cast<std::size_t>(ruling.rule)];
            form["policy"] = file;
            why = ruling.clause < 0 ? file + " closes the action, and nothing permits it" : file;
            if (ruling.clause >= 0) {
                const auto& clause = policies[static_cast<std::size_t>(ruling.rule)]
                                         .clauses[static_cast<std::size_t>(ruling.clause)];
                form["clause"] = ruling.clause;
                why += ": " + clause.title;
            }
        }
        rows.push_back({request.action, request.author, ruling.allowed ? "allowed" : "refused", why});
        decisions.push_back(std::move(form));
    }
    std::vector<governance::NamedPolicy> others;
    for (std::size_t i = 0; i + 1 < policies.size(); ++i)
        others.push_back({options.policies[i], &policies[i]});
    const auto concerns = requests.empty()
                              ? governance::analyse({options.policies.back(), &policies.back()}, others)
                              : std::vector<governance::Concern>();
    if (context.json) {
        print_json(context, json::Object{{"decisions", std::move(decisions)},
                                         {"concerns", governance::concerns_json(concerns)}});
        return {};
    }
    if (!requests.empty()) {
        print_table(context, {"ACT", "AUTHOR", "IS", "WHY"}, rows, "No acts.");
        return {};
    }
    rows.clear();
    for (const governance::Concern& concern : concerns) {
        rows.push_back({std::string(governance::to_string(concern.kind)), concern.text,
                        concern.example.empty() ? "" : json::write(concern.example)});
    }
    print_table(context, {"PROVED", "", "FOR EXAMPLE"}, rows, "Nothing speaks against it.");
    return {};
}

}  // namespace

void add_rule_try(Command& rule, Context& context) {
    auto options = std::make_shared<RuleTryOptions>();
    Command command = rule.add_command(
        {.name = "try",
         .summary = "Try policies on acts before anybody votes on them",
         .description =
             "With --acts, decides each act of the list by all policies together. Without it, proves "
             "what the last policy would do beside those before it: lockouts, contradictions, clauses "
             "that meet nothing.",
         .examples = {
             {"comity rule try policy.json --acts acts.json", ""},
             {"comity rule try in-force.json proposed.json", "what the second does beside the first"}}});
    command.add_option("POLICY", options->policies, "A policy, or a rule's part with one (JSON; repeat)")
        .required();
    command.add_option("--acts", options->requests, "Acts: a JSON list").type_name("FILE");
    command.on_run(context, [options](Context& c) { return try_it(c, *options); });
}

}  // namespace comity::cli
