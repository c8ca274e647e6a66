#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "cli/clearing/commands.h"
#include "cli/clearing/said.h"
#include "cli/divide/answers.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/output.h"
#include "crypto/sha256.h"
#include "development/allocation/make_plan.h"
#include "development/allocation/plan_file.h"
#include "development/clearing/promises.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxPlanFile = 256u << 20;

struct PlanMakeOptions {
    std::string fairness, keep, kind, out;
    std::vector<std::string> schemes, weights, sizes, priorities;
    bool curve = false;
    bool all = false;
    bool replace = false;
};

std::string figure_text(const json::Object& row, std::string_view path, int digits) {
    const auto value = number_at(row, path);
    return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

std::string about_of(const json::Object& row, std::string_view name) {
    const json::Value* about = row.if_contains("about");
    return about != nullptr && about->is_object() ? field(about->get_object(), name) : std::string();
}

// How near to the best it is proved to be.
std::string proof_text(const json::Object& plan) {
    const auto value = number_at(plan, "value"), bound = number_at(plan, "bound"),
               gap = number_at(plan, "gap");
    if (!value || !bound) return "a group gets nothing: no balance of all can be told";
    if (field(plan, "fairness") == "balanced")
        return fmt::format("balance {:.6g}, no plan is above {:.6g}", *value, *bound);
    return fmt::format("{:.1f}, no plan under these floors is above {:.1f} ({:.3f} % more)", *value, *bound,
                       *gap * 100);
}

void print_plan(Context& context, const json::Object& plan) {
    print_fields(
        context,
        {{"fairness", fmt::format("{}, {} of each floor", field(plan, "fairness"), field(plan, "keep"))},
         {"people", figure_text(plan, "people", 0)},
         {"value", proof_text(plan)}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : plan.at("groups").as_array()) {
        const json::Object& row = each.as_object();
        rows.push_back({field(row, "id"), figure_text(row, "reached", 1), figure_text(row, "floor", 1),
                        figure_text(row, "missed", 1)});
    }
    print_table(context, {"GROUP", "PEOPLE", "FLOOR", "MISSED BY"}, rows, "No groups.");
    context.out << '\n';
    rows.clear();
    std::map<std::string, const json::Object*> needs;
    for (const json::Value& each : plan.at("needs").as_array())
        needs.emplace(field(each.as_object(), "id"), &each.as_object());
    for (const json::Value& each : plan.at("assignments").as_array()) {
        const json::Object& row = each.as_object();
        const json::Object& need = *needs.at(field(row, "need"));
        rows.push_back({field(row, "need"), about_of(need, "place"), field(row, "offer"),
                        fmt::format("{:.10g}", *number_at(row, "amount")), about_of(need, "unit"),
                        figure_text(row, "people", 0)});
    }
    print_table(context, {"NEED", "PLACE", "FROM OFFER", "AMOUNT", "UNIT", "PEOPLE"}, rows, "Nothing fits.");
    if (const json::Value* curve = plan.if_contains("curve");
        curve != nullptr && !curve->as_array().empty()) {
        context.out << '\n';
        rows.clear();
        for (const json::Value& each : curve->as_array()) {
            const json::Object& row = each.as_object();
            rows.push_back({field(row, "keep"), figure_text(row, "value", 1), figure_text(row, "bound", 1)});
        }
        print_table(context, {"KEEPING", "VALUE", "AT MOST"}, rows, "");
    }
}

Result<void> make_and_print(Context& context, const PlanMakeOptions& options) {
    Asked asked;
    ask_for(asked, "fairness", options.fairness);
    ask_for(asked, "keep", options.keep);
    ask_for(asked, "kind", options.kind);
    for (const std::string& each : options.schemes) asked.emplace_back("scheme", each);
    for (const std::string& each : options.weights) asked.emplace_back("weight", each);
    for (const std::string& each : options.sizes) asked.emplace_back("size", each);
    for (const std::string& each : options.priorities) asked.emplace_back("priority", each);
    if (options.curve) asked.emplace_back("curve", "true");
    if (options.all) asked.emplace_back("all", "true");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object plan, ask_clearing(*source, "plan", asked));
    if (!options.out.empty())
        COMITY_CHECK(write_file(context, options.out, json::write(plan) + "\n", options.replace));
    if (context.json && options.out.empty()) {
        print_json(context, plan);
    } else if (!context.json) {
        print_plan(context, plan);
    }
    return {};
}

struct ReadPlan {
    json::Object form;
    development::PlanFile file;
};
Result<ReadPlan> read_plan(Context& context, const std::string& path) {
    COMITY_TRY(const std::string text, read_file(context, path, kMaxPlanFile));
    auto value = json::parse(text);
    if (!value) return within(path, value.error());
    auto file = development::parse_plan(*value);
    if (!file) return within(path, file.error());
    return ReadPlan{value->as_object(), *std::move(file)};
}

Result<void> check_plan_file(Context& context, const std::string& path) {
    COMITY_TRY(const ReadPlan read, read_plan(context, path));
    const development::PlanTold told = development::tell(read.file.problem, read.file.plan);
    if (context.json) {
        print_json(context,
                   json::Object{{"holds", true},
                                {"value", told.value ? json::Value(*told.value) : json::Value(nullptr)},
                                {"bound", told.bound ? json::Value(*told.bound) : json::Value(nullptr)},
                                {"gap", told.gap ? json::Value(*told.gap) : json::Value(nullptr)},
                                {"people", told.people}});
        return {};
    }
    context.out << fmt::format(
        "It holds: {} assignments keep to {} needs and {} offers, floors are as high as they can be.\n{}\n",
        read.file.plan.assignments.size(), read.file.problem.needs.size(), read.file.problem.offers.size(),
        proof_text(read.form));
    return {};
}

struct PlanWhyOptions {
    std::string file;
    std::string need;
};

Result<void> print_why(Context& context, const PlanWhyOptions& options) {
    COMITY_TRY(const ReadPlan read, read_plan(context, options.file));
    const auto& [problem, plan] = read.file;
    const auto at = std::ranges::find(problem.needs, options.need, &development::PlanNeed::id);
    if (at == problem.needs.end()) {
        const json::Value* left = read.form.if_contains("left_out");
        if (left != nullptr && left->is_array()) {
            for (const json::Value& each : left->get_array())
                if (field(each.as_object(), "ref") == options.need)
                    return not_found(fmt::format("{} takes no part in the plan: it {}", options.need,
                                                 printable(field(each.as_object(), "why"))));
        }
        return not_found(fmt::format("{} is none of the plan's needs", options.need));
    }
    const auto need = static_cast<std::uint32_t>(at - problem.needs.begin());
    json::Array rows;
    std::vector<std::vector<std::string>> cells;
    for (const development::Alternative& each : development::alternatives_of(problem, plan, need)) {
        const std::string& offer = problem.offers[problem.pairs[each.pair].offer].id;
        rows.push_back(json::Object{{"offer", offer},
                                    {"given", each.given},
                                    {"worth", each.worth},
                                    {"offer_price", each.offer_price},
                                    {"money_price", each.money_price},
                                    {"short_of", each.short_of}});
        cells.push_back({offer, fmt::format("{:.10g}", each.given), fmt::format("{:.4g}", each.worth),
                         fmt::format("{:.4g}", each.offer_price), fmt::format("{:.4g}", each.money_price),
                         each.short_of > 1e-9 ? fmt::format("{:.4g}", each.short_of) : "nothing"});
    }
    if (context.json) {
        print_json(context, json::Object{{"need", options.need}, {"rows", std::move(rows)}});
        return {};
    }
    print_table(context,
                {"OFFER", "GIVEN", "WORTH HERE", "WORTH TO OTHERS", "ITS MONEY TO OTHERS", "SHORT OF"}, cells,
                "No offer fits it: comity need show says why.");
    return {};
}

struct PlanPublishOptions {
    std::string file, title, note;
    AudienceOptions audience;
};

Result<void> publish_plan(Context& context, const PlanPublishOptions& options) {
    COMITY_TRY(const std::string text, read_file(context, options.file, kMaxPlanFile));
    COMITY_TRY(const ReadPlan read, read_plan(context, options.file));
    const double people = development::tell(read.file.problem, read.file.plan).people;
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "clear"));
    return say_and_print(
        context,
        {.type = std::string(development::kPlan),
         .audience = std::move(audience),
         .body = development::plan_body_json(
             {options.title, std::string(to_string(read.file.problem.fairness)), people, options.note}),
         .objects = {},
         .attachments = {{crypto::sha256(as_bytes(text)), text.size(),
                          std::string(development::kPlanMediaType), "plan.json"}},
         .attached = {text}});
}

Result<void> list_plans(Context& context, const AnswerOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "plans", {}));
    return write_answer(context, options, answer,
                        {{"PLAN", "statement"},
                         {"BY", "author"},
                         {"FAIRNESS", "fairness"},
                         {"PEOPLE", "people", 0},
                         {"TITLE", "title"}},
                        "No plans.");
}

}  // namespace

void add_plan_make(Command& plan, Context& context) {
    auto options = std::make_shared<PlanMakeOptions>();
    Command command = plan.add_command(
        {.name = "make",
         .summary = "Recommend who gives what to whom",
         .description =
             "Most people reached, within amounts and budgets, such that each group gets its floor. What was "
             "accepted or promised stands, what was declined is left out. The same statements make the same "
             "plan, to the byte.\n\nshare: each group gets at least what it could make of its part of every "
             "offer, alone; that others ask for more never lowers it. max-min: the group that gets least, "
             "people by --size, gets as much as can be. balanced: most of the sum of logarithms, by "
             "--weight. "
             "none: most people, whoever.\n\nThe file says how far it can be from the best, and proves it: "
             "comity plan check.",
         .examples = {{"comity plan make --scheme un-ldc --scheme sids --curve --out plan.json", ""},
                      {"comity plan make --fairness max-min --keep 0.9 --priority ldc=2", ""}}});
    command.add_option("--fairness", options->fairness, "Whose floors; default: share")
        .one_of({"none", "share", "max-min", "balanced"});
    command.add_option("--keep", options->keep, "Which part of the floors; default: 1").type_name("X");
    command.add_option("--scheme", options->schemes, "A scheme of groups (repeat); else all are one")
        .type_name("NAME");
    command.add_option("--weight", options->weights, "A group's part, else 1 (repeat)").type_name("GROUP=X");
    command.add_option("--size", options->sizes, "What a group's level is measured by, else 1 (repeat)")
        .type_name("GROUP=X");
    command
        .add_option("--priority", options->priorities, "What a person in the group counts, else 1 (repeat)")
        .type_name("GROUP=X");
    command.add_option("--kind", options->kind, "Only needs of this kind").type_name("KIND");
    command.add_flag("--all", options->all, "Those too whose time is over");
    command.add_flag("--curve", options->curve, "What it comes to with less of the floors");
    command.add_option("--out", options->out, "Write the plan into a file").type_name("FILE");
    command.add_flag("--replace", options->replace, "Where the file is there already, replace it");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return make_and_print(c, *options); });
}

void add_plan_check(Command& plan, Context& context) {
    auto file = std::make_shared<std::string>();
    Command command = plan.add_command(
        {.name = "check",
         .summary = "Check a plan and its proof, without a solver",
         .description =
             "That it keeps to all amounts, that floors could not be higher, and that no plan is above "
             "the bound: sums of the file's own numbers, which anyone can do. Needs no node. Exit "
             "code 1 where anything does not hold.",
         .examples = {{"comity plan check plan.json", ""}}});
    command.add_option("FILE", *file, "The plan, or - for standard input").required();
    command.on_run(context, [file](Context& c) { return check_plan_file(c, *file); });
}

void add_plan_why(Command& plan, Context& context) {
    auto options = std::make_shared<PlanWhyOptions>();
    Command command = plan.add_command(
        {.name = "why",
         .summary = "Say why a need got what it got, and what else there was",
         .description =
             "For each offer that fits: what a unit of it is worth to this need, what it is worth to "
             "others, and by how much the need falls short. Where it falls short of nothing, the "
             "offer is as good an alternative as what was planned.",
         .examples = {{"comity plan why plan.json cert-rw/routers", ""}}});
    command.add_option("FILE", options->file, "The plan").required();
    command.add_option("NEED", options->need, "member/name").required();
    command.on_run(context, [options](Context& c) { return print_why(c, *options); });
}

void add_plan_publish(Command& plan, Context& context) {
    auto options = std::make_shared<PlanPublishOptions>();
    Command command = plan.add_command(
        {.name = "publish",
         .summary = "Recommend a plan to others, signed",
         .description =
             "The file is attached: everybody who may read it can check it. Those concerned choose: "
             "comity need accept.",
         .examples = {{"comity plan publish plan.json --title \"Round 1\" --as agency", ""}}});
    command.add_option("FILE", options->file, "The plan").required();
    command.add_option("--title", options->title, "In words").required();
    command.add_option("--note", options->note, "What else there is to say");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return publish_plan(c, *options); });
}

void add_plan_list(Command& plan, Context& context) {
    auto options = std::make_shared<AnswerOptions>();
    Command command = plan.add_command({.name = "list",
                                        .summary = "List the plans that were recommended",
                                        .description = "",
                                        .examples = {{"comity plan list", ""}}});
    add_answer_options(command, *options, false);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_plans(c, *options); });
}

}  // namespace comity::cli
