#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/clearing/commands.h"
#include "cli/clearing/said.h"
#include "cli/forms.h"
#include "cli/output.h"
#include "development/clearing/needs.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::cli {

namespace {

struct OfferAddOptions {
    std::string id;
    TermOptions terms;
    std::vector<std::string> places, pays;
    std::string cost, fund;
    AudienceOptions audience;
};

Result<void> add_offer(Context& context, const OfferAddOptions& options) {
    json::Object body{{"id", options.id}};
    COMITY_CHECK(put_terms(body, options.terms));
    if (!options.places.empty()) body["places"] = json::array_of(options.places);
    if (!options.pays.empty()) body["pays"] = json::array_of(options.pays);
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "clear"));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    if (options.cost.empty() != options.fund.empty())
        return invalid(options.cost.empty() ? "--cost" : "--fund", "is missing", "give both, or neither");
    if (!options.cost.empty()) {
        COMITY_TRY(const double cost, amount_option(options.cost, "--cost"));
        body["cost"] = json::Object{{"amount", json::number(cost)}, {"fund", own_ref(member, options.fund)}};
    }
    COMITY_TRY(const std::int64_t revision, next_revision(*source, "offer", own_ref(member, options.id)));
    if (revision > 0) body["revision"] = revision;
    if (auto checked = development::parse_offer(body); !checked) return std::unexpected(checked.error());
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kOffer),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

Result<void> show_offer(Context& context, const std::string& ref) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_clearing(*source, "offer", {{"offer", ref}}));
    if (context.json) {
        print_json(context, answer);
        return {};
    }
    const json::Object& offer = answer.at("offer").as_object();
    if (offer.contains("withdrawn")) {
        context.out << fmt::format("{} was taken back: {}\n", ref, printable(field(offer, "reason")));
        return {};
    }
    print_fields(context, {{"offer", field(offer, "ref")},
                           {"title", field(offer, "title")},
                           {"given", fmt::format("{} {} of {}", field(offer, "amount"), field(offer, "unit"),
                                                 field(offer, "kind"))},
                           {"promised", field(offer, "promised")},
                           {"chosen", field(offer, "chosen")},
                           {"left", field(offer, "left")},
                           {"statement", field(offer, "statement")}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : answer.at("rows").as_array()) {
        const json::Object& row = each.as_object();
        rows.push_back({field(row, "need"), field(row, "place"), field(row, "people"), field(row, "left"),
                        field(row, "title")});
    }
    print_table(context, {"NEED", "PLACE", "PEOPLE", "LEFT", "TITLE"}, rows, "It fits no need.");
    return {};
}

struct OfferWithdrawOptions {
    std::string id;
    std::string reason;
};

}  // namespace

void add_offer_add(Command& offer, Context& context) {
    auto options = std::make_shared<OfferAddOptions>();
    Command command = offer.add_command(
        {.name = "add",
         .summary = "Say what one can give, or say it anew",
         .description =
             "Under the same ID it replaces what was said before. What costs money says what a unit "
             "takes out of which fund: an offer of funding of one's own, or of a member that pays "
             "for one.",
         .examples = {
             {"comity offer add fund --title \"Fund for schools\" --kind funding --amount 60000 --unit "
              "USD --from 2027-01-01 --until 2027-12-31 --pays acme --as bank",
              ""},
             {"comity offer add routers --title Routers --kind equipment --subject router --amount 500 "
              "--unit piece --from 2027-01-01 --until 2027-12-31 --cost 180 --fund bank/fund --as acme",
              ""}}});
    command.add_option("ID", options->id, "Its name among one's own offers").required();
    add_term_options(command, options->terms, false);
    command.add_option("--place", options->places, "For this place (repeat); else for any").type_name("CODE");
    command.add_option("--cost", options->cost, "What a unit takes out of the fund").type_name("N");
    command.add_option("--fund", options->fund, "Which fund").type_name("OFFER");
    command.add_option("--pays", options->pays, "Of a fund: a member whose offers it pays for (repeat)")
        .type_name("ID");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return add_offer(c, *options); });
}

void add_offer_show(Command& offer, Context& context) {
    auto ref = std::make_shared<std::string>();
    Command command = offer.add_command({.name = "show",
                                         .summary = "Show an offer, and the needs that it fits",
                                         .description = "",
                                         .examples = {{"comity offer show acme/routers", ""}}});
    command.add_option("OFFER", *ref, "member/name").required();
    add_reading_options(command, context);
    command.on_run(context, [ref](Context& c) { return show_offer(c, *ref); });
}

void add_offer_withdraw(Command& offer, Context& context) {
    auto options = std::make_shared<OfferWithdrawOptions>();
    Command command = offer.add_command({.name = "withdraw",
                                         .summary = "Take an offer back",
                                         .description = "It stays on record; plans leave it out.",
                                         .examples = {{"comity offer withdraw routers", ""}}});
    command.add_option("ID", options->id, "Its name").required();
    command.add_option("--reason", options->reason, "Why");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) {
        return withdraw_and_print(c, "offer", options->id, options->reason);
    });
}

}  // namespace comity::cli
