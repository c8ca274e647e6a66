#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

#include "cli/body/forum_source.h"
#include "cli/command.h"
#include "cli/commands.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/procedure/named_values.h"
#include "cli/procedure/read_procedure.h"
#include "cli/proposal/find_vote.h"
#include "cli/proposal/texts.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "cli/vote/print_tally.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kDay = 86'400;

struct ProposalOpenOptions {
    std::string id;
    std::string procedure;
    std::string body;
    std::string closes;
    std::int64_t days = 0;
    std::int64_t round = 1;
    std::vector<std::string> parameters;
    std::vector<std::string> earlier;
};

Result<void> add_given(const ProposalOpenOptions& options, Source& source, governance::OpeningBody& opening) {
    COMITY_CHECK(add_parameters(options.parameters, opening.parameters));
    for (const std::string& text : options.earlier) {
        COMITY_TRY(const auto given, name_and_value(text, "--earlier"));
        COMITY_TRY(const FoundVote vote, find_vote(source, given.second));
        opening.earlier[given.first] = vote.opening;
    }
    return {};
}

// The time that is given, or so many days from now and an hour, in which the opening is witnessed.
Result<Time> close_of(Context& context, const ProposalOpenOptions& options) {
    if (!options.closes.empty()) {
        auto time = parse_time(options.closes);
        if (!time) return within("--closes", time.error());
        return time;
    }
    if (options.days == 0)
        return invalid("--days", "is missing", "say when the vote closes: --days or --closes");
    return Time::from_seconds(context.clock->now().seconds() + options.days * kDay + 3600);
}

// Which of the charter's lists such a text goes by, and which if that is empty.
using CharterLists = std::vector<std::string_view>;

CharterLists lists_for(const json::Object& version) {
    if (version.contains("charter")) return {"charter"};
    const json::Value* act = version.if_contains("body");
    if (act == nullptr) return {"rules"};
    const json::Value* powers = act->is_object() ? act->get_object().if_contains("powers") : nullptr;
    const bool gives_rules =
        powers != nullptr && powers->is_array() &&
        std::ranges::find(powers->get_array(), json::Value("rules")) != powers->get_array().end();
    return gives_rules ? CharterLists{"rules"} : CharterLists{"bodies", "rules"};
}

// The first that the charter names for such a text.
Result<json::Value> charters_procedure(Source& source, const CharterLists& lists) {
    COMITY_TRY(const json::Object node, source.node());
    const json::Value* community = node.if_contains("community");
    const json::Value* named = community != nullptr && community->is_object()
                                   ? community->get_object().if_contains("procedures")
                                   : nullptr;
    if (named != nullptr && named->is_object()) {
        for (const std::string_view what : lists) {
            const json::Value* list = named->get_object().if_contains(what);
            if (list != nullptr && list->is_array() && !list->get_array().empty())
                return list->get_array().front();
        }
    }
    return invalid("--procedure", "is missing, and the charter names none",
                   lists.front() == "charter"
                       ? "name one in which everybody votes: it takes yes of two thirds of all members"
                       : "say how it is decided, or which body decides: --body");
}

// That which is named, or that of the body, or the charter's.
Result<json::Value> procedure_for(Context& context, const ProposalOpenOptions& options, Source& source,
                                  const CharterLists& lists) {
    if (!options.body.empty() && !options.procedure.empty())
        return invalid("--procedure", "goes not with --body", "a body decides by its own");
    if (options.body.empty() && options.procedure.empty()) return charters_procedure(source, lists);
    if (!options.procedure.empty()) {
        COMITY_TRY(NamedProcedure named, read_procedure(context, options.procedure));
        return std::move(named.json);
    }
    COMITY_TRY(const json::Object body, ask_forum_item(source, "bodies", options.body, {}));
    if (field(body, "state") != "standing")
        return refused("--body", fmt::format("{} has ended: {}", options.body, field(body, "why_ended")));
    return json::Value(body.at("procedure"));
}

Result<void> open_vote(Context& context, const ProposalOpenOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const json::Object& version = version_named(proposal, options.id);
    COMITY_TRY(json::Value procedure, procedure_for(context, options, *source, lists_for(version)));
    if (const std::string author = field(proposal, "author"); author != member)
        return refused("--as", "the proposal is " + author + "'s", "its author opens the vote");
    governance::OpeningBody opening;
    std::string on = field(version, "id");
    for (const json::Value& amendment : proposal.at("amendments").as_array()) {
        if (const std::string known = field(amendment.as_object(), "id"); known.starts_with(options.id))
            on = known;
    }
    COMITY_TRY(opening.version, Digest::from_hex(on));
    opening.procedure_json = std::move(procedure);
    opening.organ = options.body;
    opening.round = options.round;
    COMITY_TRY(opening.closes, close_of(context, options));
    COMITY_CHECK(add_given(options, *source, opening));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kOpening),
                                               .audience = for_everybody(),
                                               .body = governance::opening_json(opening)}));
    // A vote that is void can be opened again: better now than at the close.
    const auto counted = source->vote(submitted.id.hex());
    if (!counted) {
        return within("the vote was opened as " + submitted.id.hex().substr(0, 12) + " but is void",
                      counted.error());
    }
    print_submitted(context, submitted);
    if (const std::string why = unbinding_text(*counted); !why.empty())
        context.err << "What it adopts will bind nobody: " << why << '\n';
    return {};
}

}  // namespace

void add_proposal_open(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalOpenOptions>();
    Command command = proposal.add_command(
        {.name = "open",
         .summary = "Open the vote on a proposal, or on an amendment to one",
         .description = "Without --procedure and --body it is held by the first procedure that the charter "
                        "names for such a text. Binds the vote to the digest of one version (the newest, or "
                        "the one named) or amendment, to a procedure, and to the members (or the seats of a "
                        "body) as they are in the second in which this is witnessed. The author is in the "
                        "chair: answers objections and declares what the procedure asks to be declared.",
         .examples = {
             {"comity proposal open 6b1f20aa --days 14", "by the charter's procedure"},
             {"comity proposal open 6b1f20aa --procedure simple-majority --days 7", ""},
             {"comity proposal open 6b1f20aa --procedure cabforum --parameter quorum=10 --days 7", ""},
             {"comity proposal open 6b1f20aa --body steering --days 3", "put to a body, by its procedure"}}});
    command.add_option("PROPOSAL", options->id, "Its id, or that of a version or amendment: 8 digits or more")
        .required();
    command.add_option("--procedure", options->procedure,
                       "An id of comity procedure list, or a file; default: the charter's");
    command.add_option("--body", options->body,
                       "Put it to that body: whoever holds its seats votes, by its procedure");
    command.add_option("--days", options->days, "How long ballots count").range(1, 3650);
    command.add_option("--closes", options->closes, "Until when ballots count").type_name("TIME");
    command.add_option("--parameter", options->parameters, "A number that the procedure asks for (repeat)")
        .type_name("NAME=N");
    command.add_option("--earlier", options->earlier, "An earlier vote that the procedure asks for (repeat)")
        .type_name("NAME=VOTE");
    command.add_option("--round", options->round, "The how manieth vote on it this is").range(1, 10);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return open_vote(c, *options); });
}

}  // namespace comity::cli
