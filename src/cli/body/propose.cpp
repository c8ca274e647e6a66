// The acts on bodies, as proposals: what the vote on one adopts, and nothing else, changes a body.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/body/commands.h"
#include "cli/body/forum_source.h"
#include "cli/forms.h"
#include "cli/member/times.h"
#include "cli/options.h"
#include "cli/procedure/read_procedure.h"
#include "cli/proposal/texts.h"
#include "cli/speak.h"

namespace comity::cli {

namespace {

using governance::OrganPart;
using governance::OrganSeat;

struct BodyProposeOptions {
    OrganPart::Act act = OrganPart::Act::kFound;
    std::string id;
    TextOptions texts;
    std::string kind;
    std::string parent;
    std::string procedure;
    std::vector<std::string> powers;
    std::vector<std::string> seats;
    std::vector<std::string> from;
    std::vector<std::string> until;
    std::vector<std::string> without;
    std::string ends;
    std::string reason;
};

Result<std::pair<std::string, std::string>> by_seat(const std::string& text, const std::string& option) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos)
        return invalid(option, fmt::format("\"{}\" names no seat", text), "write it as chair=...");
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

Result<OrganSeat*> seat_named(std::vector<OrganSeat>& seats, const std::string& id,
                              const std::string& option) {
    const auto at = std::ranges::find(seats, id, &OrganSeat::id);
    if (at == seats.end())
        return invalid(option, fmt::format("there is no seat '{}'", id), "give it with --seat");
    return &*at;
}

Result<void> take_seats(const BodyProposeOptions& options, std::vector<OrganSeat>& seats) {
    for (const std::string& id : options.without) {
        COMITY_TRY(const OrganSeat* seat, seat_named(seats, id, "--without-seat"));
        seats.erase(seats.begin() + (seat - seats.data()));
    }
    for (const std::string& text : options.seats) {
        COMITY_TRY(const auto given, by_seat(text, "--seat"));
        OrganSeat seat;
        seat.id = given.first;
        const std::size_t at = given.second.find('@');
        seat.member = at == std::string::npos ? given.second : given.second.substr(at + 1);
        if (at != std::string::npos) seat.person = given.second.substr(0, at);
        const auto known = std::ranges::find(seats, seat.id, &OrganSeat::id);
        if (known == seats.end())
            seats.push_back(std::move(seat));
        else
            *known = std::move(seat);
    }
    for (const std::string& text : options.from) {
        COMITY_TRY(const auto given, by_seat(text, "--from"));
        COMITY_TRY(OrganSeat * seat, seat_named(seats, given.first, "--from"));
        COMITY_TRY(seat->from, time_or_day(given.second, "--from"));
    }
    for (const std::string& text : options.until) {
        COMITY_TRY(const auto given, by_seat(text, "--until"));
        COMITY_TRY(OrganSeat * seat, seat_named(seats, given.first, "--until"));
        COMITY_TRY(seat->until, time_or_day(given.second, "--until"));
    }
    return {};
}

// A body as it is answered, as the part of a text that would make it so.
Result<OrganPart> part_of_body(const json::Object& body) {
    json::Object form{{"act", "amend"}};
    for (const char* name : {"id", "kind", "parent", "powers", "until", "procedure"}) {
        if (const json::Value* value = body.if_contains(name)) form[name] = *value;
    }
    json::Array seats;
    for (const json::Value& value : body.at("seats").as_array()) {
        json::Object seat = value.as_object();
        seat.erase("held");
        seats.push_back(std::move(seat));
    }
    form["seats"] = std::move(seats);
    return governance::parse_organ_part(form, "body");
}

// What a text says that only carries the act out.
governance::ProposalText plain_text(const OrganPart& part, const std::string& reason) {
    governance::ProposalText text;
    text.language = "en";
    if (part.act == OrganPart::Act::kDissolve) {
        text.title = "Dissolve " + part.id;
        text.text = fmt::format("{} is dissolved.\n", part.id);
    } else {
        text.title = "The seats of " + part.id;
        for (const OrganSeat& seat : part.seats) {
            text.text += fmt::format("{}: {}\n", seat.id,
                                     seat.member.empty()   ? "vacant"
                                     : seat.person.empty() ? seat.member
                                                           : seat.person + "@" + seat.member);
        }
    }
    if (!reason.empty()) text.text += reason + "\n";
    return text;
}

Result<governance::ProposalBody> texts_for(Context& context, const BodyProposeOptions& options,
                                           const OrganPart& part, const json::Object& known) {
    if (!options.texts.texts.empty()) return read_texts(context, options.texts);
    if (!options.texts.titles.empty())
        return invalid("--title", "has no text", "give it with --text, in the same language");
    governance::ProposalBody body;
    body.note = options.texts.note;
    body.co_authors = options.texts.co_authors;
    if (part.act == OrganPart::Act::kAmend) {
        json::Object form{{"texts", known.at("texts")}};
        COMITY_TRY(const governance::ProposalBody mandate, governance::parse_proposal(form));
        body.texts = mandate.texts;
    } else if (part.act == OrganPart::Act::kFound) {
        return invalid("--text", "is missing", "the text is the body's mandate, its title the body's name");
    } else {
        body.texts.push_back(plain_text(part, options.reason));
    }
    return body;
}

Result<void> take_given(Context& context, const BodyProposeOptions& options, OrganPart& part) {
    if (!options.kind.empty()) part.kind = options.kind;
    if (!options.parent.empty()) part.parent = options.parent == "none" ? "" : options.parent;
    if (!options.powers.empty()) part.powers = options.powers;
    if (part.powers == std::vector<std::string>{"none"}) part.powers.clear();
    if (!options.ends.empty()) {
        COMITY_TRY(part.until, time_or_day(options.ends, "--ends"));
    }
    if (!options.procedure.empty()) {
        COMITY_TRY(const NamedProcedure named, read_procedure(context, options.procedure));
        part.procedure_json = named.json;
    }
    return {};
}

Result<void> propose(Context& context, const BodyProposeOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    json::Object known;
    OrganPart part;
    if (options.act != OrganPart::Act::kFound) {
        COMITY_TRY(known, ask_forum_item(*source, "bodies", options.id, {}));
        COMITY_TRY(part, part_of_body(known));
    }
    part.act = options.act;
    part.id = options.id;
    COMITY_CHECK(take_given(context, options, part));
    COMITY_CHECK(take_seats(options, part.seats));
    COMITY_TRY(governance::ProposalBody body, texts_for(context, options, part, known));
    body.organ = std::move(part);
    json::Object form = governance::proposal_json(body);
    if (const auto read = governance::parse_proposal(form); !read) return std::unexpected(read.error());
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kProposal),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

std::shared_ptr<BodyProposeOptions> options_for(OrganPart::Act act) {
    auto options = std::make_shared<BodyProposeOptions>();
    options->act = act;
    return options;
}

void add_seat_options(Command& command, BodyProposeOptions& options) {
    command
        .add_option("--seat", options.seats,
                    "A seat and who holds it: a member, or a person of one; nobody: vacant (repeat)")
        .type_name("SEAT=[PERSON@]MEMBER");
    command.add_option("--from", options.from, "Since when the seat is held (repeat)").type_name("SEAT=TIME");
    command.add_option("--until", options.until, "Until when (repeat)").type_name("SEAT=TIME");
}

void add_mandate_options(Command& command, BodyProposeOptions& options, bool founds) {
    command.add_option("BODY", options.id, "Its id").required();
    add_language_options(command, options.texts);
    add_seat_options(command, options);
    Option procedure = command.add_option(
        "--procedure", options.procedure,
        "How it decides: an id of comity procedure list, or a file; its electorate is the seats");
    if (founds) procedure.required();
    command
        .add_option("--kind", options.kind,
                    "What it is: committee, working-group, council, board or secretariat")
        .one_of({"committee", "working-group", "council", "board", "secretariat"});
    command.add_option("--parent", options.parent, "The body that it is under; none: the community")
        .type_name("BODY");
    command
        .add_option("--power", options.powers,
                    "What its decisions do beside giving advice: make rules, found bodies (repeat)")
        .one_of({"rules", "bodies", "none"});
    command.add_option("--ends", options.ends, "When its mandate ends by itself").type_name("TIME");
}

}  // namespace

void add_body_found(Command& body, Context& context) {
    const auto options = options_for(OrganPart::Act::kFound);
    Command command = body.add_command(
        {.name = "found",
         .summary = "Propose to found a body: a committee, a working group",
         .description =
             "Makes a proposal: the text is the body's mandate, its title the body's name. It is founded "
             "once a vote adopts it in which everybody could vote, or one that was put to a body above it.",
         .examples = {
             {"comity body found steering --text en=mandate.txt --title \"en=Steering committee\" "
              "--procedure simple-majority --seat chair=amina@cert-ke --seat vice=kenic --power bodies",
              ""},
             {"comity body found wg-ddos --parent steering --kind working-group --procedure "
              "lazy-consensus --seat chair=kenic --ends 2027-12-31 --text en=wg.txt --title \"en=DDoS\"",
              "under another, for a time"}}});
    add_mandate_options(command, *options, true);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

void add_body_amend(Command& body, Context& context) {
    const auto options = options_for(OrganPart::Act::kAmend);
    Command command =
        body.add_command({.name = "amend",
                          .summary = "Propose another mandate, procedure, parent or term for a body",
                          .description = "What is not given stays as it is.",
                          .examples = {{"comity body amend steering --procedure unanimity", ""},
                                       {"comity body amend wg-ddos --parent none --ends 2028-12-31", ""}}});
    add_mandate_options(command, *options, false);
    command.add_option("--without-seat", options->without, "A seat that goes (repeat)").type_name("SEAT");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

void add_body_appoint(Command& body, Context& context) {
    const auto options = options_for(OrganPart::Act::kAppoint);
    Command command = body.add_command(
        {.name = "appoint",
         .summary = "Propose who holds the seats of a body",
         .description = "Seats that are not named stay as they are; so does the mandate.",
         .examples = {{"comity body appoint steering --seat chair=bo@kenic --until chair=2028-01-01", ""},
                      {"comity body appoint steering --seat vice= --without-seat observer", ""}}});
    command.add_option("BODY", options->id, "Its id").required();
    add_seat_options(command, *options);
    command.add_option("--without-seat", options->without, "A seat that goes (repeat)").type_name("SEAT");
    command.add_option("--reason", options->reason, "Why, for the text");
    add_language_options(command, options->texts);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

void add_body_dissolve(Command& body, Context& context) {
    const auto options = options_for(OrganPart::Act::kDissolve);
    Command command =
        body.add_command({.name = "dissolve",
                          .summary = "Propose to dissolve a body",
                          .description = "The bodies under it end with it.",
                          .examples = {{"comity body dissolve wg-ddos --reason \"Its work is done\"", ""}}});
    command.add_option("BODY", options->id, "Its id").required();
    command.add_option("--reason", options->reason, "Why, for the text");
    add_language_options(command, options->texts);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return propose(c, *options); });
}

}  // namespace comity::cli
