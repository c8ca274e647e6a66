#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/clearing/commands.h"
#include "cli/clearing/said.h"
#include "cli/divide/answers.h"
#include "cli/forms.h"
#include "cli/output.h"
#include "development/clearing/promises.h"
#include "json/number.h"

namespace comity::cli {

namespace {

struct CommitmentMakeOptions {
    std::string id, offer, need, amount, indicator, source, expected, plan, note;
    std::vector<std::string> milestones;
    std::int64_t from_year = -1;
    AudienceOptions audience;
};

Result<void> make_commitment(Context& context, const CommitmentMakeOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object found, ask_clearing(*source, "need", {{"need", options.need}}));
    COMITY_CHECK(ask_clearing(*source, "offer", {{"offer", own_ref(member, options.offer)}}));
    COMITY_TRY(const double amount, amount_option(options.amount, "--amount"));
    json::Object body{{"id", options.id}};
    COMITY_TRY(const std::int64_t revision,
               next_revision(*source, "commitment", own_ref(member, options.id)));
    if (revision > 0) body["revision"] = revision;
    body["need"] = options.need;
    body["offer"] = options.offer;
    body["amount"] = json::number(amount);
    json::Array milestones;
    for (const std::string& text : options.milestones) {
        COMITY_TRY(const auto parts, parted(text, 3, "--milestone", "first=2027-03-31=30"));
        COMITY_TRY(const double part, amount_option(parts[2], "--milestone"));
        milestones.push_back(
            json::Object{{"id", parts[0]}, {"due", parts[1]}, {"amount", json::number(part)}});
    }
    body["milestones"] = std::move(milestones);
    if (!options.indicator.empty()) {
        if (options.from_year < 0)
            return invalid("--from-year", "is missing", "the year before it, to compare with");
        json::Object effect{{"indicator", options.indicator}};
        if (!options.source.empty()) effect["source"] = options.source;
        effect["place"] = field(found.at("need").as_object(), "place");
        effect["from"] = options.from_year;
        if (!options.expected.empty()) {
            COMITY_TRY(const double expected, amount_option(options.expected, "--expected"));
            effect["expected"] = json::number(expected);
        }
        body["effect"] = std::move(effect);
    }
    if (!options.plan.empty()) {
        COMITY_TRY(const json::Object plan, source->statement(options.plan));
        body["plan"] = field(plan, "id");
    }
    if (!options.note.empty()) body["note"] = options.note;
    if (auto checked = development::parse_commitment(body); !checked) return std::unexpected(checked.error());
    COMITY_TRY(ledger::Audience audience,
               audience_after(*source, options.audience, field(found.at("need").as_object(), "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kCommitment),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

struct DeliverOptions {
    std::string commitment, milestone, amount, day, note, id;
    std::vector<std::string> evidence, statements;
    AudienceOptions audience;
};

Result<void> deliver(Context& context, const DeliverOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    const std::string ref = own_ref(member, options.commitment);
    COMITY_TRY(const json::Object all, ask_clearing(*source, "commitments", {}));
    const json::Object* commitment = nullptr;
    for (const json::Value& row : all.at("rows").as_array())
        if (field(row.as_object(), "ref") == ref) commitment = &row.as_object();
    if (commitment == nullptr)
        return not_found(fmt::format("there is no commitment {}", ref), "comity commitment list shows them");
    bool known = false;
    for (const json::Value& each : commitment->at("milestones").as_array())
        known = known || field(each.as_object(), "id") == options.milestone;
    if (!known) return not_found(fmt::format("{} has no milestone {}", ref, options.milestone));
    const std::string id = options.id.empty()
                               ? fmt::format("{}-{}", ref.substr(ref.find('/') + 1), options.milestone)
                               : options.id;
    json::Object body{{"id", id}};
    COMITY_TRY(const std::int64_t revision, next_revision(*source, "delivery", own_ref(member, id)));
    if (revision > 0) body["revision"] = revision;
    COMITY_TRY(const double amount, amount_option(options.amount, "--amount"));
    body["commitment"] = ref;
    body["milestone"] = options.milestone;
    body["amount"] = json::number(amount);
    body["day"] = options.day.empty() ? format_time_millis(context.clock->now()).substr(0, 10) : options.day;
    json::Array evidence;
    for (const auto* list : {&options.evidence, &options.statements}) {
        for (const std::string& text : *list) {
            COMITY_TRY(const auto parts, parted(text, 2, "--evidence", "TITLE=..."));
            evidence.push_back(json::Object{{"title", parts[0]},
                                            {list == &options.evidence ? "url" : "statement", parts[1]}});
        }
    }
    if (!evidence.empty()) body["evidence"] = std::move(evidence);
    if (!options.note.empty()) body["note"] = options.note;
    if (auto checked = development::parse_delivery(body); !checked) return std::unexpected(checked.error());
    COMITY_TRY(ledger::Audience audience,
               audience_after(*source, options.audience, field(*commitment, "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kDelivery),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

struct CommitmentListOptions {
    std::string need, offer, member, at;
    bool overdue = false;
    AnswerOptions answer;
};

Result<void> list_commitments(Context& context, const CommitmentListOptions& options) {
    Asked asked;
    ask_for(asked, "need", options.need);
    ask_for(asked, "offer", options.offer);
    ask_for(asked, "member", options.member);
    ask_for(asked, "at", options.at);
    if (options.overdue) asked.emplace_back("overdue", "true");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "commitments", asked));
    if (context.json || !options.answer.out.empty())
        return write_answer(context, options.answer, answer, {}, "");
    // A line a milestone.
    json::Array rows;
    for (const json::Value& value : answer.at("rows").as_array()) {
        const json::Object& each = value.as_object();
        for (const json::Value& milestone : each.at("milestones").as_array()) {
            json::Object row = milestone.as_object();
            for (const char* name : {"ref", "need", "unit", "choice", "effect"}) row[name] = each.at(name);
            rows.push_back(std::move(row));
        }
    }
    return write_answer(context, options.answer, json::Object{{"rows", std::move(rows)}},
                        {{"COMMITMENT", "ref"},
                         {"NEED", "need"},
                         {"CHOICE", "choice"},
                         {"MILESTONE", "id"},
                         {"DUE", "due"},
                         {"AMOUNT", "amount"},
                         {"UNIT", "unit"},
                         {"DELIVERED", "delivered"},
                         {"RECEIVED", "received"},
                         {"STATE", "state"},
                         {"DAYS LATE", "days_late"},
                         {"EFFECT", "effect.change", 2},
                         {"ELSEWHERE", "effect.elsewhere", 2},
                         {"EXPECTED", "effect.expected", 2}},
                        "No commitments.");
}

struct CommitmentWithdrawOptions {
    std::string id;
    std::string reason;
};

}  // namespace

void add_commitment_make(Command& commitment, Context& context) {
    auto options = std::make_shared<CommitmentMakeOptions>();
    Command command = commitment.add_command(
        {.name = "make",
         .summary = "Promise something of one's offer to a need",
         .description = "Milestones add up to what is promised. With --indicator its effect is measured: the "
                        "figure of the year before against the newest, beside what changed elsewhere.",
         .examples = {
             {"comity commitment make k1 --offer routers --need cert-rw/routers --amount 60 --milestone "
              "first=2027-03-31=30 --milestone rest=2027-09-30=30 --indicator internet_users "
              "--from-year 2026",
              ""}}});
    command.add_option("ID", options->id, "Its name among one's own commitments").required();
    command.add_option("--offer", options->offer, "One's own offer").required().type_name("ID");
    command.add_option("--need", options->need, "The need").required().type_name("NEED");
    command.add_option("--amount", options->amount, "How much").required().type_name("N");
    command.add_option("--milestone", options->milestones, "What is due when (repeat)")
        .required()
        .type_name("ID=DAY=N");
    command.add_option("--indicator", options->indicator, "The indicator that it is to move")
        .type_name("NAME");
    command.add_option("--source", options->source, "Whose figures of it").type_name("NAME");
    command.add_option("--from-year", options->from_year, "The year before it").type_name("YEAR");
    command.add_option("--expected", options->expected, "By how much it is to move").type_name("X");
    command.add_option("--plan", options->plan, "The plan that recommends it").type_name("ID");
    command.add_option("--note", options->note, "What else there is to say");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return make_commitment(c, *options); });
}

void add_commitment_list(Command& commitment, Context& context) {
    auto options = std::make_shared<CommitmentListOptions>();
    Command command = commitment.add_command(
        {.name = "list",
         .summary = "List what is promised, delivered, overdue, and what it did",
         .description =
             "DELIVERED is what the one who promised says, RECEIVED what the one in need says; with "
             "--json also what others saw, the evidence, and the effect with its dataset.",
         .examples = {{"comity commitment list --overdue", ""},
                      {"comity commitment list --need cert-rw/routers --at 2027-12-31", "as of that day"}}});
    command.add_option("--need", options->need, "Only for this need").type_name("NEED");
    command.add_option("--offer", options->offer, "Only of this offer").type_name("OFFER");
    command.add_option("--member", options->member, "Only of or for this member").type_name("ID");
    command.add_option("--at", options->at, "As of that day; default: today").type_name("DAY");
    command.add_flag("--overdue", options->overdue, "Only those with a milestone overdue");
    add_answer_options(command, options->answer, false);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_commitments(c, *options); });
}

void add_commitment_deliver(Command& commitment, Context& context) {
    auto options = std::make_shared<DeliverOptions>();
    Command command = commitment.add_command(
        {.name = "deliver",
         .summary = "Say that something was delivered, received or seen, with evidence",
         .description =
             "Of the one who promised it says: delivered; of the one in need: received; of anyone "
             "else: seen. All stand side by side. Said again under the same --id, it replaces what "
             "was said before.",
         .examples = {{"comity commitment deliver k1 first --amount 30 --evidence "
                       "\"Waybill=https://acme.example/w/17\"",
                       ""}}});
    command.add_option("COMMITMENT", options->commitment, "member/name, or one's own").required();
    command.add_option("MILESTONE", options->milestone, "Which").required();
    command.add_option("--amount", options->amount, "How much").required().type_name("N");
    command.add_option("--day", options->day, "When; default: today").type_name("DAY");
    command.add_option("--evidence", options->evidence, "What shows it, on the web (repeat)")
        .type_name("TITLE=URL");
    command.add_option("--statement", options->statements, "A statement that shows it (repeat)")
        .type_name("TITLE=ID");
    command.add_option("--id", options->id, "Its name; default: of the commitment and milestone")
        .type_name("NAME");
    command.add_option("--note", options->note, "In words");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return deliver(c, *options); });
}

void add_commitment_withdraw(Command& commitment, Context& context) {
    auto options = std::make_shared<CommitmentWithdrawOptions>();
    Command command = commitment.add_command({.name = "withdraw",
                                              .summary = "Take a commitment back",
                                              .description = "It stays on record that it was made.",
                                              .examples = {{"comity commitment withdraw k1", ""}}});
    command.add_option("ID", options->id, "Its name").required();
    command.add_option("--reason", options->reason, "Why");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) {
        return withdraw_and_print(c, "commitment", options->id, options->reason);
    });
}

}  // namespace comity::cli
