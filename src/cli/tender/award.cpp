#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <set>

#include "cli/clearing/said.h"
#include "cli/divide/divide_source.h"
#include "cli/forms.h"
#include "cli/speak.h"
#include "cli/tender/commands.h"
#include "development/tender/bodies.h"

namespace comity::cli {

namespace {

struct AwardOptions {
    std::string call, bidder, id, reason;
    AudienceOptions audience;
};

// As the extension for bids has it: what did not count was withdrawn by its bidder, or is disqualified.
std::string_view ocds_status(std::string_view stand) {
    if (stand == "valid") return "valid";
    return stand == "withdrawn" ? "withdrawn" : "disqualified";
}

struct Bidders {
    json::Array details, parties, tenderers;
    const json::Object* winner = nullptr;
};

Bidders bidders_of(const json::Object& opening, const std::string& to) {
    Bidders out;
    std::set<std::string> seen;
    for (const json::Value& each : opening.at("bids").as_array()) {
        const json::Object& row = each.as_object();
        const std::string bidder = field(row, "bidder"), stand = field(row, "stand");
        if (stand == "replaced") continue;
        const json::Object party{{"id", bidder}, {"name", bidder}};
        json::Object detail{{"id", row.at("bid")},
                            {"date", row.at("witnessed")},
                            {"status", ocds_status(stand)},
                            {"tenderers", json::Array{party}}};
        if (row.at("value").is_object()) detail["value"] = row.at("value");
        out.details.push_back(std::move(detail));
        if (stand == "valid" && bidder == to) out.winner = &row;
        if (stand == "withdrawn" || !seen.insert(bidder).second) continue;
        out.tenderers.push_back(party);
        json::Object with_roles = party;
        with_roles["roles"] = bidder == to ? json::Array{"tenderer", "supplier"} : json::Array{"tenderer"};
        out.parties.push_back(std::move(with_roles));
    }
    return out;
}

Result<void> award(Context& context, const AwardOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object opening, ask_market(*source, "call", {{"call", options.call}}));
    const json::Object& stated = opening.at("call").as_object();
    if (field(stated, "author") != member)
        return refused(options.call, "is another member's call", "its own member awards");
    if (!opening.at("settled").as_bool())
        return refused(options.call, "its bids are not all opened",
                       fmt::format("wait until {} has passed", field(stated, "open_by")));
    Bidders bidders = bidders_of(opening, options.bidder);
    if (bidders.winner == nullptr)
        return refused("--bidder", fmt::format("{} has no bid that counts", options.bidder),
                       "comity tender bids shows which do");
    const json::Array& ranked = opening.at("ranked").as_array();
    if (ranked.front() != bidders.winner->at("bid") && options.reason.empty())
        return invalid("--reason", fmt::format("is missing: {} is not the lowest bid", options.bidder),
                       "say why it is the best");
    const std::string process = field(stated, "process");
    std::string tender = field(stated, "id");
    const auto published = ask_market(*source, "tender", {{"process", process}});
    if (published) {
        const json::Value* known = published->at("compiled").as_object().if_contains("tender");
        if (known != nullptr && known->is_object() && known->get_object().contains("id"))
            tender = field(known->get_object(), "id");
    } else if (published.error().kind != ErrorKind::kNotFound) {
        return std::unexpected(published.error());
    }
    const std::string ocid(development::name_in(process));
    const std::string now = format_time_millis(context.clock->now());
    json::Object given{
        {"id", options.id},
        {"status", "active"},
        {"date", now},
        {"value", bidders.winner->at("value")},
        {"suppliers", json::Array{json::Object{{"id", options.bidder}, {"name", options.bidder}}}}};
    if (!options.reason.empty()) given["description"] = options.reason;
    const auto tenderers = static_cast<std::int64_t>(bidders.tenderers.size());
    json::Object release{
        {"ocid", ocid},
        {"id", fmt::format("{}-award-{}", ocid, options.id)},
        {"date", now},
        {"tag", json::Array{"award"}},
        {"initiationType", "tender"},
        {"parties", std::move(bidders.parties)},
        {"tender",
         json::Object{{"id", tender}, {"numberOfTenderers", tenderers}, {"tenderers", bidders.tenderers}}},
        {"bids", json::Object{{"details", std::move(bidders.details)}}},
        {"awards", json::Array{std::move(given)}}};
    json::Object body{{"release", std::move(release)}};
    if (auto checked = development::parse_release_body(body); !checked)
        return std::unexpected(checked.error());
    COMITY_TRY(ledger::Audience audience,
               audience_after(*source, options.audience, field(stated, "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kRelease),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

struct ReplyOptions {
    std::string process, flag, text;
    std::vector<std::string> evidence;
    bool withdraw = false;
    AudienceOptions audience;
};

Result<void> reply(Context& context, const ReplyOptions& options) {
    if (options.withdraw != options.text.empty())
        return invalid("--text", options.withdraw ? "stands beside --withdraw" : "is missing",
                       "give one of the two");
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    const std::string process = own_ref(member, options.process);
    COMITY_TRY(const json::Object found, ask_market(*source, "tender", {{"process", process}}));
    COMITY_TRY(
        const json::Object before,
        ask_market(*source, "reply", {{"process", process}, {"flag", options.flag}, {"member", member}}));
    json::Object body{{"process", process}, {"flag", options.flag}};
    if (!before.at("revision").is_null())
        body["revision"] = before.at("revision").to_number<std::int64_t>() + 1;
    if (options.withdraw) {
        body["withdrawn"] = true;
    } else {
        body["text"] = options.text;
    }
    json::Array evidence;
    for (const std::string& text : options.evidence) {
        COMITY_TRY(const auto parts, parted(text, 2, "--evidence", "TITLE=URL"));
        evidence.push_back(json::Object{{"title", parts[0]}, {"url", parts[1]}});
    }
    if (!evidence.empty()) body["evidence"] = std::move(evidence);
    if (auto checked = development::parse_reply(body); !checked) return std::unexpected(checked.error());
    COMITY_TRY(ledger::Audience audience,
               audience_after(*source, options.audience, field(found.at("last").as_object(), "statement")));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kReply),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_tender_award(Command& tender, Context& context) {
    auto options = std::make_shared<AwardOptions>();
    Command command = tender.add_command(
        {.name = "award",
         .summary = "Award to one of the opened bids",
         .description =
             "Publishes the award as a release, with all bids as they stand, so that red flags can "
             "be told. Where the bid is not the lowest, --reason says why.",
         .examples = {{"comity tender award cert-rw/routers-2027 --bidder acme --id a1 --as cert-rw", ""}}});
    command.add_option("CALL", options->call, "member/name, or the beginning of its statement's id")
        .required();
    command.add_option("--bidder", options->bidder, "Whose bid").required().type_name("ID");
    command.add_option("--id", options->id, "The award's id in its process").required();
    command.add_option("--reason", options->reason, "Why this one");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return award(c, *options); });
}

void add_tender_reply(Command& tender, Context& context) {
    auto options = std::make_shared<ReplyOptions>();
    Command command = tender.add_command(
        {.name = "reply",
         .summary = "Reply to a red flag",
         .description = "It stands beside the flag wherever that is shown, with who replies: the buyer, a "
                        "tenderer, or another. Said anew it replaces what was said before.",
         .examples = {{"comity tender reply ocds-213czf-1 R018 --text \"Nobody else makes them.\" --evidence "
                       "Survey=https://rw.example/survey --as cert-rw",
                       ""}}});
    command.add_option("PROCESS", options->process, "member/ocid; an ocid alone: one's own").required();
    command.add_option("FLAG", options->flag, "R018").required();
    command.add_option("--text", options->text, "What there is to say");
    command.add_option("--evidence", options->evidence, "What shows it (repeat)").type_name("TITLE=URL");
    command.add_flag("--withdraw", options->withdraw, "Take the reply back");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return reply(c, *options); });
}

}  // namespace comity::cli
