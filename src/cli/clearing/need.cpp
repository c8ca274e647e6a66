#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/clearing/commands.h"
#include "cli/clearing/said.h"
#include "cli/divide/answers.h"
#include "cli/forms.h"
#include "cli/output.h"
#include "development/clearing/needs.h"
#include "json/number.h"

namespace comity::cli {

namespace {

struct NeedAddOptions {
    std::string id;
    TermOptions terms;
    std::string place, who, lot;
    std::int64_t people = 0;
    bool whole = false;
    AudienceOptions audience;
};

Result<void> add_need(Context& context, const NeedAddOptions& options) {
    json::Object body{{"id", options.id}};
    COMITY_CHECK(put_terms(body, options.terms));
    body["place"] = options.place;
    json::Object people{{"people", options.people}};
    if (!options.who.empty()) people["who"] = options.who;
    body["beneficiaries"] = std::move(people);
    if (options.whole) body["whole"] = true;
    if (!options.lot.empty()) {
        COMITY_TRY(const double lot, amount_option(options.lot, "--lot"));
        body["lot"] = json::number(lot);
    }
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "clear"));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const std::int64_t revision, next_revision(*source, "need", own_ref(member, options.id)));
    if (revision > 0) body["revision"] = revision;
    if (auto checked = development::parse_need(body); !checked) return std::unexpected(checked.error());
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kNeed),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

struct BoardOptions {
    std::string kind, place, member;
    AnswerOptions answer;
};

Asked asked_of(const BoardOptions& options) {
    Asked asked;
    ask_for(asked, "kind", options.kind);
    ask_for(asked, "place", options.place);
    ask_for(asked, "member", options.member);
    return asked;
}

Result<void> list_needs(Context& context, const BoardOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "needs", asked_of(options)));
    return write_answer(context, options.answer, answer,
                        {{"NEED", "ref"},
                         {"PLACE", "place"},
                         {"KIND", "kind"},
                         {"SUBJECT", "subject"},
                         {"AMOUNT", "amount"},
                         {"UNIT", "unit"},
                         {"PEOPLE", "beneficiaries.people"},
                         {"FROM", "period.from"},
                         {"TO", "period.to"},
                         {"LEFT", "left"},
                         {"OFFERS", "fitting"},
                         {"TITLE", "title"}},
                        "No needs.");
}

Result<void> show_need(Context& context, const std::string& ref) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "need", {{"need", ref}}));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    const json::Object& need = answer.at("need").as_object();
    if (const json::Value* gone = need.if_contains("withdrawn"); gone != nullptr) {
        context.out << fmt::format("{} was taken back: {}\n", ref, printable(field(need, "reason")));
        return {};
    }
    print_fields(context,
                 {{"need", field(need, "ref")},
                  {"title", field(need, "title")},
                  {"asked for", fmt::format("{} {} of {} ({})", field(need, "amount"), field(need, "unit"),
                                            field(need, "subject"), field(need, "kind"))},
                  {"place", fmt::format("{} {}", field(need, "place"), field(need, "name"))},
                  {"people", field(need.at("beneficiaries").as_object(), "people")},
                  {"promised", field(need, "promised")},
                  {"chosen", field(need, "chosen")},
                  {"left", field(need, "left")},
                  {"statement", field(need, "statement")}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at("rows").as_array()) {
        const json::Object& row = each.as_object();
        const bool fits = row.at("fits").as_bool();
        rows.push_back({field(row, "offer"), fits ? field(row, "choice") : "does not fit",
                        fits ? field(row, "left") : "", fits ? field(row, "part") : "",
                        fits ? field(row, "title") : field(row, "why")});
    }
    print_table(context, {"OFFER", "STANDS", "LEFT", "PART", ""}, rows, "No offers.");
    return {};
}

Result<void> list_overlaps(Context& context, const AnswerOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "overlaps", {}));
    return write_answer(context, options, answer,
                        {{"WHAT", "what"}, {"ONE", "one"}, {"OTHER", "other"}, {"WHY", "why"}},
                        "Nothing looks as if it were twice the same.");
}

void add_board_options(Command& command, BoardOptions& options) {
    command.add_option("--kind", options.kind, "Only of this kind").type_name("KIND");
    command.add_option("--place", options.place, "Only for this place").type_name("CODE");
    command.add_option("--member", options.member, "Only this member's").type_name("ID");
    add_answer_options(command, options.answer, false);
}

struct NeedWithdrawOptions {
    std::string id;
    std::string reason;
};

}  // namespace

void add_need_add(Command& need, Context& context) {
    auto options = std::make_shared<NeedAddOptions>();
    Command command = need.add_command(
        {.name = "add",
         .summary = "Say what one lacks, or say it anew",
         .description =
             "Under the same ID it replaces what was said before. Offers fit by kind, subject, unit, "
             "place, period and standards; plans count the people who gain.",
         .examples = {
             {"comity need add routers --title \"Routers for 120 schools\" --kind equipment --subject "
              "router --amount 120 --unit piece --place RWA --from 2027-01-01 --until 2027-12-31 --people "
              "48000",
              ""}}});
    command.add_option("ID", options->id, "Its name among one's own needs").required();
    add_term_options(command, options->terms, true);
    command.add_option("--place", options->place, "Where (alpha-3 of ISO 3166-1)")
        .required()
        .type_name("CODE");
    command.add_option("--people", options->people, "How many gain where all of it is given")
        .required()
        .range(1, 10'000'000'000);
    command.add_option("--who", options->who, "Who they are");
    command.add_option("--lot", options->lot, "It is given in multiples of this; default: 1, of funding 0.01")
        .type_name("N");
    command.add_flag("--whole", options->whole, "Only all of it, by one member");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return add_need(c, *options); });
}

void add_need_list(Command& need, Context& context) {
    auto options = std::make_shared<BoardOptions>();
    Command command = need.add_command({.name = "list",
                                        .summary = "List what members lack",
                                        .description = "LEFT is what nothing is chosen or promised for yet; "
                                                       "OFFERS, how many fit.",
                                        .examples = {{"comity need list --place RWA", ""}}});
    add_board_options(command, *options);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_needs(c, *options); });
}

void add_need_show(Command& need, Context& context) {
    auto ref = std::make_shared<std::string>();
    Command command = need.add_command({.name = "show",
                                        .summary = "Show a need, and what speaks for and against each offer",
                                        .description = "",
                                        .examples = {{"comity need show cert-rw/routers", ""}}});
    command.add_option("NEED", *ref, "member/name").required();
    add_reading_options(command, context);
    command.on_run(context, [ref](Context& c) { return show_need(c, *ref); });
}

void add_need_withdraw(Command& need, Context& context) {
    auto options = std::make_shared<NeedWithdrawOptions>();
    Command command =
        need.add_command({.name = "withdraw",
                          .summary = "Take a need back",
                          .description = "It stays on record; plans leave it out.",
                          .examples = {{"comity need withdraw routers --reason \"Bought\"", ""}}});
    command.add_option("ID", options->id, "Its name").required();
    command.add_option("--reason", options->reason, "Why");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) {
        return withdraw_and_print(c, "need", options->id, options->reason);
    });
}

void add_need_overlaps(Command& need, Context& context) {
    auto options = std::make_shared<AnswerOptions>();
    Command command = need.add_command(
        {.name = "overlaps",
         .summary = "List what looks as if it were twice the same",
         .description =
             "Needs of one place, kind and subject whose periods meet; a member's offers likewise; "
             "needs for which something runs already.",
         .examples = {{"comity need overlaps", ""}}});
    add_answer_options(command, *options, false);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) { return list_overlaps(c, *options); });
}

void add_offer_list(Command& offer, Context& context) {
    auto options = std::make_shared<BoardOptions>();
    Command command = offer.add_command({.name = "list",
                                         .summary = "List what members can give",
                                         .description = "LEFT is what nothing is chosen or promised of yet; "
                                                        "NEEDS, how many it fits.",
                                         .examples = {{"comity offer list --kind funding", ""}}});
    add_board_options(command, *options);
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) -> Result<void> {
        COMITY_TRY(const auto source, Source::open(c));
        COMITY_TRY(const json::Object answer, ask_clearing(*source, "offers", asked_of(*options)));
        return write_answer(c, options->answer, answer,
                            {{"OFFER", "ref"},
                             {"KIND", "kind"},
                             {"SUBJECT", "subject"},
                             {"AMOUNT", "amount"},
                             {"UNIT", "unit"},
                             {"PLACES", "places"},
                             {"FROM", "period.from"},
                             {"TO", "period.to"},
                             {"COST", "cost.amount"},
                             {"FUND", "cost.fund"},
                             {"LEFT", "left"},
                             {"NEEDS", "fitting"},
                             {"TITLE", "title"}},
                            "No offers.");
    });
}

}  // namespace comity::cli
